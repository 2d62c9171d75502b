"""Kinds of values in answers, as the document describes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A JSON number with the very digits of the Decimal."""
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""ISO 8601 in UTC with milliseconds and `Z`."""


class Told(BaseModel):
    """Part of an answer: all of its fields are always there. Later versions may tell more."""

    model_config = ConfigDict(extra="forbid")


class Untitled(GenerateJsonSchema):
    """Without titles: they repeat the names."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False
