"""A copy that ended without an entry may be asked for again

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-21 15:20:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('deliveries', sa.Column('retry_of', sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f('fk_deliveries_retry_of'), 'deliveries', 'deliveries', ['retry_of'], ['id'], ondelete='CASCADE'
    )
    op.create_index(
        'uq_deliveries_retry_of', 'deliveries', ['retry_of'], unique=True,
        postgresql_where=sa.text('retry_of IS NOT NULL'),
    )
    op.drop_constraint('uq_deliveries_signal_id_account_id', 'deliveries', type_='unique')
    op.create_index(
        'uq_deliveries_signal_id_account_id', 'deliveries', ['signal_id', 'account_id'], unique=True,
        postgresql_where=sa.text('retry_of IS NULL'),
    )


def downgrade():
    op.drop_constraint(op.f('fk_deliveries_retry_of'), 'deliveries', type_='foreignkey')
    # The old table has room for one of the pair: of those that followed each other the last, which alone may be open.
    op.execute('DELETE FROM deliveries d USING deliveries later WHERE later.retry_of = d.id')
    op.drop_index('uq_deliveries_signal_id_account_id', table_name='deliveries')
    op.create_unique_constraint(
        'uq_deliveries_signal_id_account_id', 'deliveries', ['signal_id', 'account_id']
    )
    op.drop_index('uq_deliveries_retry_of', table_name='deliveries')
    op.drop_column('deliveries', 'retry_of')
