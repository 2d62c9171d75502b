"""The migrations lead to the very tables that the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import mysignals.models
from mysignals.extensions import Model


def test_migrated_tables_and_models_do_not_differ(database_url: str) -> None:
    assert mysignals.models.User.__table__.metadata is Model.metadata
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Model.metadata)
    engine.dispose()
    assert found == []
