"""Checks and audits of an account that somebody asked for are found again where the message about them is lost

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-21 18:15:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.add_column('exchange_accounts', sa.Column('check_asked_at', MOMENT, nullable=True))
    op.add_column('account_audits', sa.Column('asked_at', MOMENT, nullable=True))
    op.alter_column('account_audits', 'begun_at', existing_type=MOMENT, nullable=True)


def downgrade():
    # What was asked for and has not begun is asked for again by whoever wants it.
    op.execute('DELETE FROM account_audits WHERE begun_at IS NULL')
    op.alter_column('account_audits', 'begun_at', existing_type=MOMENT, nullable=False)
    op.drop_column('account_audits', 'asked_at')
    op.drop_column('exchange_accounts', 'check_asked_at')
