"""Closing a part of a copy, and what is still to be marked of a provider's close

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-21 10:20:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('deliveries', sa.Column('close_quantity', sa.Numeric(precision=28, scale=12), nullable=True))
    op.create_check_constraint(op.f('ck_deliveries_close_quantity_positive'), 'deliveries', 'close_quantity > 0')
    op.add_column('instructions', sa.Column('is_spreading', sa.Boolean(), server_default='false', nullable=False))
    op.create_check_constraint(
        op.f('ck_instructions_only_closings_spread'), 'instructions', "NOT is_spreading OR action = 'close'"
    )
    op.create_index('ix_instructions_spreading', 'instructions', ['id'], postgresql_where=sa.text('is_spreading'))


def downgrade():
    op.drop_index('ix_instructions_spreading', table_name='instructions')
    op.drop_constraint(op.f('ck_instructions_only_closings_spread'), 'instructions')
    op.drop_column('instructions', 'is_spreading')
    op.drop_constraint(op.f('ck_deliveries_close_quantity_positive'), 'deliveries')
    op.drop_column('deliveries', 'close_quantity')
