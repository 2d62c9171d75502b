"""Signals bought on chain, trades by hand, ratings, applications, keys of programs, the second factor, mails once

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-21 07:00:00

"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

COUNT_FOLLOWERS = """
    CREATE FUNCTION count_followers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Locked first, so that the count of whoever comes second sees what the first one did.
        PERFORM 1 FROM users WHERE id IN (SELECT provider_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
        UPDATE users SET followers = (
            SELECT count(DISTINCT user_id) FROM followings WHERE provider_id = users.id
        ) WHERE id IN (SELECT provider_id FROM changed);
        RETURN NULL;
    END $$;
    CREATE TRIGGER count_followers_more AFTER INSERT ON followings
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_followers();
    CREATE TRIGGER count_followers_less AFTER DELETE ON followings
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_followers();
"""


def upgrade():
    op.create_table(
        'api_keys',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('label', sa.String(length=64), server_default='', nullable=False),
        sa.Column('key', sa.String(length=40), nullable=False),
        sa.Column('sealed_secret', sa.LargeBinary(), nullable=False),
        sa.Column('permissions', sa.ARRAY(sa.String(length=8)), nullable=False),
        sa.Column('rate_limit', sa.SmallInteger(), server_default='60', nullable=False),
        sa.Column('addresses', sa.ARRAY(sa.String(length=43)), server_default='{}', nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_used_from', sa.String(length=45), nullable=True),
        sa.Column('uses', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint(
            "permissions <@ ARRAY['read', 'signal', 'trade']::varchar[]", name=op.f('ck_api_keys_permissions')
        ),
        sa.CheckConstraint('cardinality(permissions) > 0', name=op.f('ck_api_keys_permits_something')),
        sa.CheckConstraint('rate_limit BETWEEN 10 AND 120', name=op.f('ck_api_keys_rate_limit_range')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_api_keys_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
        sa.UniqueConstraint('key', name=op.f('uq_api_keys_key')),
    )
    op.create_index(op.f('ix_api_keys_user_id'), 'api_keys', ['user_id'], unique=False)
    op.create_table(
        'devices',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('address', sa.String(length=45), nullable=False),
        sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_devices_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_devices')),
        sa.UniqueConstraint('user_id', 'token_hash', name=op.f('uq_devices_user_id_token_hash')),
    )
    op.create_table(
        'provider_applications',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('wallet', sa.String(length=42), nullable=False),
        sa.Column('experience', sa.String(length=300), nullable=False),
        sa.Column('socials_and_additional', sa.String(length=500), nullable=False),
        sa.Column('state', sa.String(length=8), server_default='open', nullable=False),
        sa.Column('reason', sa.String(length=300), server_default='', nullable=False),
        sa.Column('decided_by', sa.BigInteger(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f('ck_provider_applications_decided')),
        sa.CheckConstraint("state IN ('open', 'approved', 'refused')", name=op.f('ck_provider_applications_state')),
        sa.ForeignKeyConstraint(
            ['decided_by'], ['users.id'], name=op.f('fk_provider_applications_decided_by'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name=op.f('fk_provider_applications_user_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_applications')),
    )
    op.create_index('ix_provider_applications_state_id', 'provider_applications', ['state', 'id'], unique=False)
    op.create_index(
        'uq_provider_applications_open',
        'provider_applications',
        ['user_id'],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        'webhook_tokens',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('label', sa.String(length=64), server_default='', nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('token_hint', sa.String(length=4), nullable=False),
        sa.Column('rotated_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('uses', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_webhook_tokens_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_tokens')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_webhook_tokens_token_hash')),
    )
    op.create_index(op.f('ix_webhook_tokens_user_id'), 'webhook_tokens', ['user_id'], unique=False)
    op.create_table(
        'purchases',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('user_id', sa.BigInteger(), nullable=False),
        sa.Column('signal_id', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(length=12), server_default='confirming', nullable=False),
        sa.Column('reason', sa.String(length=300), server_default='', nullable=False),
        sa.Column('chain_id', sa.BigInteger(), nullable=False),
        sa.Column('tx_hash', sa.String(length=66), nullable=False),
        sa.Column('log_index', sa.Integer(), nullable=True),
        sa.Column('block_number', sa.BigInteger(), nullable=True),
        sa.Column('block_hash', sa.String(length=66), nullable=True),
        sa.Column('amount', sa.Numeric(precision=78, scale=0), nullable=True),
        sa.Column('payer', sa.String(length=42), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('bought_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('final_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'bought' OR (log_index IS NOT NULL AND bought_at IS NOT NULL)", name=op.f('ck_purchases_bought')
        ),
        sa.CheckConstraint(
            "state IN ('confirming', 'bought', 'taken_back', 'failed')", name=op.f('ck_purchases_state')
        ),
        sa.CheckConstraint("tx_hash ~ '^0x[0-9a-f]{64}$'", name=op.f('ck_purchases_tx_hash')),
        sa.CheckConstraint(
            'num_nulls(log_index, block_number, block_hash, amount, payer) IN (0, 5)', name=op.f('ck_purchases_place')
        ),
        sa.ForeignKeyConstraint(['signal_id'], ['signals.id'], name=op.f('fk_purchases_signal_id')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_purchases_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_purchases')),
        sa.UniqueConstraint(
            'user_id', 'signal_id', 'chain_id', 'tx_hash', name=op.f('uq_purchases_user_id_signal_id_chain_id_tx_hash')
        ),
    )
    op.create_index(
        'ix_purchases_followed',
        'purchases',
        ['checked_at'],
        unique=False,
        postgresql_where=sa.text("state <> 'failed' AND final_at IS NULL"),
    )
    op.create_index(op.f('ix_purchases_signal_id'), 'purchases', ['signal_id'], unique=False)
    op.create_index(
        'uq_purchases_bought',
        'purchases',
        ['user_id', 'signal_id'],
        unique=True,
        postgresql_where=sa.text("state = 'bought'"),
    )
    op.create_index('uq_purchases_payment', 'purchases', ['chain_id', 'tx_hash', 'log_index'], unique=True)
    op.create_table(
        'ratings',
        sa.Column('user_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('signal_id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('rate', sa.SmallInteger(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('rate BETWEEN 1 AND 5', name=op.f('ck_ratings_rate_range')),
        sa.ForeignKeyConstraint(['signal_id'], ['signals.id'], name=op.f('fk_ratings_signal_id')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_ratings_user_id')),
        sa.PrimaryKeyConstraint('user_id', 'signal_id', name=op.f('pk_ratings')),
    )
    op.create_index(op.f('ix_ratings_signal_id'), 'ratings', ['signal_id'], unique=False)
    op.add_column('deliveries', sa.Column('trade_quote', sa.Numeric(precision=28, scale=12), nullable=True))
    op.add_column('deliveries', sa.Column('cancel_asked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('deliveries', sa.Column('cancel_closes', sa.Boolean(), nullable=True))
    op.create_index(
        'ix_deliveries_to_cancel',
        'deliveries',
        ['cancel_asked_at'],
        unique=False,
        postgresql_where=sa.text(
            "cancel_asked_at IS NOT NULL AND state NOT IN ('skipped', 'rejected', 'expired', 'cancelled', 'closed')"
        ),
    )
    op.add_column('outgoing_mails', sa.Column('details', JSONB(), server_default='{}', nullable=False))
    op.add_column('outgoing_mails', sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('outgoing_mails', sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('users', sa.Column('rating_sum', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('users', sa.Column('rating_count', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('users', sa.Column('otp_sealed', sa.LargeBinary(), nullable=True))
    op.add_column('users', sa.Column('otp_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('users', sa.Column('otp_step', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('users', sa.Column('otp_spares', sa.ARRAY(sa.String(length=64)), server_default='{}', nullable=False))
    op.drop_constraint(op.f('ck_deliveries_targets'), 'deliveries')
    op.create_check_constraint(
        op.f('ck_deliveries_targets'), 'deliveries', "targets IN ('first', 'last', 'ladder', 'second')"
    )
    op.create_check_constraint(op.f('ck_deliveries_trade_quote_positive'), 'deliveries', 'trade_quote > 0')
    op.drop_constraint(op.f('ck_outgoing_mails_kind'), 'outgoing_mails')
    op.create_check_constraint(
        op.f('ck_outgoing_mails_kind'),
        'outgoing_mails',
        "kind IN ('activate', 'already_registered', 'application_refused', 'keys_changed', 'new_device', "
        "'otp_changed', 'password_changed', 'provider_approved', 'reset')",
    )
    op.create_check_constraint(op.f('ck_users_rating'), 'users', 'rating_sum BETWEEN rating_count AND 5 * rating_count')
    op.create_check_constraint(op.f('ck_users_otp'), 'users', 'otp_since IS NULL OR otp_sealed IS NOT NULL')

    op.add_column('users', sa.Column('followers', sa.Integer(), server_default='0', nullable=False))
    op.create_index(
        'ix_purchases_mine',
        'purchases',
        ['user_id', sa.text('bought_at DESC'), sa.text('id DESC')],
        postgresql_where=sa.text("state = 'bought'"),
    )
    op.create_index('ix_followings_provider_id_user_id', 'followings', ['provider_id', 'user_id'])
    op.create_index('ix_signals_provider_id_active', 'signals', ['provider_id'], postgresql_where=sa.text('is_active'))
    op.create_index('ix_users_role_id', 'users', ['role', 'id'])
    op.create_index(
        'ix_users_providers',
        'users',
        [sa.text('followers DESC'), 'id'],
        postgresql_where=sa.text("role = 'Provider' AND is_activated"),
    )
    op.execute(
        'UPDATE users u SET followers = found.people FROM (SELECT provider_id, count(DISTINCT user_id) AS people '
        'FROM followings GROUP BY provider_id) found WHERE found.provider_id = u.id'
    )
    op.execute(COUNT_FOLLOWERS)
    op.add_column(
        'users', sa.Column('former_wallets', sa.ARRAY(sa.String(length=42)), server_default='{}', nullable=False)
    )
    op.add_column('signals', sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('ck_signals_deleted_is_over'), 'signals', 'deleted_at IS NULL OR NOT is_active')


def downgrade():
    op.drop_constraint(op.f('ck_signals_deleted_is_over'), 'signals')
    op.drop_column('signals', 'deleted_at')
    op.drop_column('users', 'former_wallets')
    op.execute('DROP TRIGGER count_followers_less ON followings')
    op.execute('DROP TRIGGER count_followers_more ON followings')
    op.execute('DROP FUNCTION count_followers')
    op.drop_index('ix_users_providers', table_name='users')
    op.drop_index('ix_users_role_id', table_name='users')
    op.drop_index('ix_signals_provider_id_active', table_name='signals')
    op.drop_index('ix_followings_provider_id_user_id', table_name='followings')
    op.drop_column('users', 'followers')
    op.drop_constraint(op.f('ck_users_otp'), 'users')
    op.drop_constraint(op.f('ck_users_rating'), 'users')
    op.execute("DELETE FROM outgoing_mails WHERE kind NOT IN ('activate', 'reset', 'already_registered')")
    op.drop_constraint(op.f('ck_outgoing_mails_kind'), 'outgoing_mails')
    op.create_check_constraint(
        op.f('ck_outgoing_mails_kind'), 'outgoing_mails', "kind IN ('activate', 'reset', 'already_registered')"
    )
    op.execute("UPDATE deliveries SET targets = 'first' WHERE targets = 'second'")
    op.drop_constraint(op.f('ck_deliveries_targets'), 'deliveries')
    op.create_check_constraint(op.f('ck_deliveries_targets'), 'deliveries', "targets IN ('first', 'last', 'ladder')")
    op.drop_column('users', 'otp_spares')
    op.drop_column('users', 'otp_step')
    op.drop_column('users', 'otp_since')
    op.drop_column('users', 'otp_sealed')
    op.drop_column('users', 'rating_count')
    op.drop_column('users', 'rating_sum')
    op.drop_column('outgoing_mails', 'claimed_at')
    op.drop_column('outgoing_mails', 'next_try_at')
    op.drop_column('outgoing_mails', 'details')
    op.drop_index('ix_deliveries_to_cancel', table_name='deliveries')
    op.drop_column('deliveries', 'cancel_closes')
    op.drop_column('deliveries', 'cancel_asked_at')
    op.drop_column('deliveries', 'trade_quote')
    op.drop_index(op.f('ix_ratings_signal_id'), table_name='ratings')
    op.drop_table('ratings')
    op.drop_index('uq_purchases_payment', table_name='purchases')
    op.drop_index('uq_purchases_bought', table_name='purchases')
    op.drop_index(op.f('ix_purchases_signal_id'), table_name='purchases')
    op.drop_index('ix_purchases_followed', table_name='purchases')
    op.drop_table('purchases')
    op.drop_index(op.f('ix_webhook_tokens_user_id'), table_name='webhook_tokens')
    op.drop_table('webhook_tokens')
    op.drop_index('uq_provider_applications_open', table_name='provider_applications')
    op.drop_index('ix_provider_applications_state_id', table_name='provider_applications')
    op.drop_table('provider_applications')
    op.drop_table('devices')
    op.drop_index(op.f('ix_api_keys_user_id'), table_name='api_keys')
    op.drop_table('api_keys')
