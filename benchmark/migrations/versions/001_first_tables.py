"""The first tables."""

import sqlalchemy as sa
from alembic import op

from benchmark.kernel import clock
from benchmark.kernel.db import Id
from benchmark.kernel.ids import new_id

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", Id, nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_action_who_at", "attempt", ["action", "who", "at"], unique=False)
    epoch = op.create_table(
        "epoch",
        sa.Column("id", Id, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
    )
    op.bulk_insert(epoch, [{"id": new_id(), "started_at": clock.now()}])
    op.create_table(
        "job",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_state_created_at", "job", ["state", "created_at"], unique=False)
    op.create_table(
        "join_code",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("space_id", Id, nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_join_code")),
    )
    op.create_index("ix_join_code_space_id_role", "join_code", ["space_id", "role"], unique=False)
    op.create_table(
        "op",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("op_id", Id, nullable=False),
        sa.Column("space_id", Id, nullable=True),
        sa.Column("record_id", Id, nullable=True),
        sa.Column("rev", sa.BigInteger(), nullable=True),
        sa.Column("device", Id, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.Column("settled_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "op_id", name=op.f("pk_op")),
    )
    op.create_index("ix_op_record", "op", ["space_id", "record_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "photo_file",
        sa.Column("space_id", Id, nullable=False),
        sa.Column("photo_id", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("thumb_key", sa.String(length=64), nullable=False),
        sa.Column("screen_key", sa.String(length=64), nullable=False),
        sa.Column("print_key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("space_id", "photo_id", name=op.f("pk_photo_file")),
    )
    op.create_table(
        "setup_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_setup_link")),
    )
    op.create_table(
        "space",
        sa.Column("id", Id, nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space")),
    )
    op.create_table(
        "team",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_table(
        "access",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("space_id", Id, nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_access_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "space_id", name=op.f("pk_access")),
    )
    op.create_index(op.f("ix_access_space_id"), "access", ["space_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_device_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index(op.f("ix_device_person_id"), "device", ["person_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("team_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_membership_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("space_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("stamps", sa.Text(), nullable=False),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_record_space_id")),
        sa.PrimaryKeyConstraint("space_id", "id", name=op.f("pk_record")),
    )
    op.create_index("ix_record_order", "record", ["space_id", "rev", "id"], unique=False)
    is_deleted = sa.text("deleted_at IS NOT NULL")
    op.create_index(
        "ix_record_deleted",
        "record",
        ["deleted_at"],
        unique=False,
        sqlite_where=is_deleted,
        postgresql_where=is_deleted,
    )
    op.create_table(
        "report",
        sa.Column("id", Id, nullable=False),
        sa.Column("space_id", Id, nullable=False),
        sa.Column("job_id", Id, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("with_names", sa.Boolean(), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_report_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_report_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("job_id", name=op.f("uq_report_job_id")),
    )
    op.create_index(op.f("ix_report_space_id"), "report", ["space_id"], unique=False)
    op.create_table(
        "study",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_study_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_study_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
    )
    op.create_index(op.f("ix_study_team_id"), "study", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_study_team_id"), table_name="study")
    op.drop_table("study")
    op.drop_index(op.f("ix_report_space_id"), table_name="report")
    op.drop_table("report")
    op.drop_index("ix_record_deleted", table_name="record")
    op.drop_index("ix_record_order", table_name="record")
    op.drop_table("record")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_device_person_id"), table_name="device")
    op.drop_table("device")
    op.drop_index(op.f("ix_access_space_id"), table_name="access")
    op.drop_table("access")
    op.drop_table("team")
    op.drop_table("space")
    op.drop_table("setup_link")
    op.drop_table("photo_file")
    op.drop_table("person")
    op.drop_index("ix_op_record", table_name="op")
    op.drop_table("op")
    op.drop_index("ix_join_code_space_id_role", table_name="join_code")
    op.drop_table("join_code")
    op.drop_index("ix_job_state_created_at", table_name="job")
    op.drop_table("job")
    op.drop_table("epoch")
    op.drop_index("ix_attempt_action_who_at", table_name="attempt")
    op.drop_table("attempt")
