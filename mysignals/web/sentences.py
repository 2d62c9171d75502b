"""Pydantic's findings in plain words."""

from __future__ import annotations

from pydantic_core import ErrorDetails

_SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "string_type": "Must be text.",
    "string_unicode": "Must be readable text.",
    "string_too_short": "Must have at least {min_length} characters.",
    "string_too_long": "Must have at most {max_length} characters.",
    "literal_error": "Must be one of {expected}.",
    "bool_type": "Must be true or false.",
    "list_type": "Must be a list.",
    "too_long": "Must have at most {max_length} entries.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "dict_type": "Must be an object.",
}


def sentence_for(fault: ErrorDetails) -> str:
    """One fault, said to the person who made it; our own rules bring their own sentence."""
    template = _SENTENCES.get(fault["type"])
    if fault["type"] == "string_too_short" and fault["ctx"]["min_length"] == 1:
        return "Must not be empty."
    return fault["msg"] if template is None else template.format(**fault.get("ctx", {}))
