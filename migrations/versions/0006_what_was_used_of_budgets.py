"""What was used of the exchanges' budgets, for when Redis has lost it

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-21 08:06:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'budget_counts',
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('epoch', sa.BigInteger(), nullable=False),
        sa.Column('capacity', sa.Integer(), nullable=False),
        sa.Column('window_ms', sa.Integer(), nullable=False),
        sa.Column('counts', sa.Text(), nullable=False),
        sa.Column('kept_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_budget_counts')),
    )


def downgrade():
    op.drop_table('budget_counts')
