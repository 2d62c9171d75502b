"""Every close of a delivery is kept, not the last one alone

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-21 15:00:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=28, scale=12)


def upgrade():
    op.create_table(
        'delivery_closings',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('instruction_id', sa.BigInteger(), nullable=False),
        sa.Column('delivery_id', sa.BigInteger(), nullable=False),
        sa.Column('sold_before', MONEY, server_default='0', nullable=False),
        sa.Column('close_quantity', MONEY, nullable=True),
        sa.CheckConstraint('close_quantity > 0', name=op.f('ck_delivery_closings_close_quantity_positive')),
        sa.ForeignKeyConstraint(
            ['instruction_id'], ['instructions.id'], name=op.f('fk_delivery_closings_instruction_id'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['delivery_id'], ['deliveries.id'], name=op.f('fk_delivery_closings_delivery_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_closings')),
        sa.UniqueConstraint('instruction_id', 'delivery_id', name=op.f('uq_delivery_closings_instruction_id_delivery_id')),
    )
    op.create_index(op.f('ix_delivery_closings_delivery_id'), 'delivery_closings', ['delivery_id'])
    # Of each delivery the last one is known. One that is not under way any more has closed what was closed until now.
    op.execute(
        "INSERT INTO delivery_closings (instruction_id, delivery_id, close_quantity) "
        "SELECT d.closing_id, d.id, coalesce(d.close_quantity, CASE WHEN d.cancel_asked_at IS NULL THEN nullif("
        "(SELECT sum(filled_quantity) FROM orders WHERE delivery_id = d.id AND leg = 'close'), 0) END) "
        "FROM deliveries d WHERE d.closing_id IS NOT NULL ORDER BY d.id"
    )


def downgrade():
    # The last one of each stays in deliveries.closing_id.
    op.drop_table('delivery_closings')
