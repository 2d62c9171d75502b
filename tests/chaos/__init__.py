"""`make chaos`: a storm over the whole system, and the judge who compares both sides' books afterwards."""
