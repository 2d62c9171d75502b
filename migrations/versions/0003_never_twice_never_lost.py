"""Never twice, never lost: who holds a delivery, when it is looked at again, how long it had no stop

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-21 03:40:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('deliveries', sa.Column('targets', sa.String(length=8), nullable=True))
    op.create_check_constraint(
        op.f('ck_deliveries_targets'), 'deliveries', "targets IN ('first', 'last', 'ladder')"
    )
    op.add_column('deliveries', sa.Column('held_by', sa.String(length=32), nullable=True))
    op.add_column('deliveries', sa.Column('held_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('deliveries', sa.Column('look_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('deliveries', sa.Column('looks', sa.SmallInteger(), server_default='0', nullable=False))
    op.add_column('deliveries', sa.Column('unprotected_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        'deliveries', sa.Column('unprotected_ms', sa.BigInteger(), server_default='0', nullable=False)
    )
    op.create_index(
        'ix_deliveries_in_doubt', 'deliveries', ['look_at'], postgresql_where=sa.text("state = 'unknown'")
    )
    op.create_index(
        'ix_deliveries_unprotected', 'deliveries', ['unprotected_since'],
        postgresql_where=sa.text('unprotected_since IS NOT NULL'),
    )
    op.add_column(
        'exchange_accounts', sa.Column('unproven', sa.Boolean(), server_default='false', nullable=False)
    )
    # Of deliveries that were open before: as their following chooses now.
    op.execute("UPDATE deliveries d SET targets = f.targets FROM followings f WHERE f.id = d.following_id")


def downgrade():
    op.drop_column('exchange_accounts', 'unproven')
    op.drop_index('ix_deliveries_unprotected', table_name='deliveries')
    op.drop_index('ix_deliveries_in_doubt', table_name='deliveries')
    for column in (
        'unprotected_ms', 'unprotected_since', 'looks', 'look_at', 'held_until', 'held_by', 'targets',
    ):
        op.drop_column('deliveries', column)
