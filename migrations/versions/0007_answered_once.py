"""Requests of programs that were carried out, with their answer

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-21 08:20:00

"""
from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'idempotent_requests',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('api_key_id', sa.BigInteger(), nullable=True),
        sa.Column('webhook_token_id', sa.BigInteger(), nullable=True),
        sa.Column('kind', sa.String(length=9), nullable=False),
        sa.Column('token', sa.String(length=64), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('body', sa.LargeBinary(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint("kind IN ('signature', 'key', 'alert')", name=op.f('ck_idempotent_requests_kind')),
        sa.CheckConstraint(
            'num_nonnulls(api_key_id, webhook_token_id) = 1', name=op.f('ck_idempotent_requests_one_owner')
        ),
        sa.ForeignKeyConstraint(
            ['api_key_id'], ['api_keys.id'], name=op.f('fk_idempotent_requests_api_key_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['webhook_token_id'], ['webhook_tokens.id'], name=op.f('fk_idempotent_requests_webhook_token_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_idempotent_requests')),
        sa.UniqueConstraint(
            'api_key_id', 'kind', 'token', name=op.f('uq_idempotent_requests_api_key_id_kind_token')
        ),
        sa.UniqueConstraint(
            'webhook_token_id', 'kind', 'token', name=op.f('uq_idempotent_requests_webhook_token_id_kind_token')
        ),
    )
    op.create_index('ix_idempotent_requests_created_at', 'idempotent_requests', ['created_at'])


def downgrade():
    op.drop_table('idempotent_requests')
