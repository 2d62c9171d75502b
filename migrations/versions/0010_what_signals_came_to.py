"""What the copies of a signal came to

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-21 10:40:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'signal_results',
        sa.Column('signal_id', sa.BigInteger(), nullable=False),
        sa.Column('money', sa.String(length=8), nullable=False),
        sa.Column('opened', sa.Integer(), nullable=False),
        sa.Column('closed', sa.Integer(), nullable=False),
        sa.Column('still_open', sa.Integer(), nullable=False),
        sa.Column('result', sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column('held_s', sa.Integer(), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("money IN ('real', 'paper')", name=op.f('ck_signal_results_money')),
        sa.CheckConstraint('closed <= opened', name=op.f('ck_signal_results_parts')),
        sa.CheckConstraint(
            '(closed = 0) = (result IS NULL) AND num_nulls(result, held_s, ended_at) IN (0, 3)',
            name=op.f('ck_signal_results_known'),
        ),
        sa.ForeignKeyConstraint(
            ['signal_id'], ['signals.id'], name=op.f('fk_signal_results_signal_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('signal_id', 'money', name=op.f('pk_signal_results')),
    )
    op.create_index(
        'ix_signal_results_open', 'signal_results', ['counted_at'], postgresql_where=sa.text('still_open > 0')
    )


def downgrade():
    op.drop_index('ix_signal_results_open', table_name='signal_results', postgresql_where=sa.text('still_open > 0'))
    op.drop_table('signal_results')
