"""Numbered cases that every exchange is put to: the table, what is done, and what excuses a market."""
