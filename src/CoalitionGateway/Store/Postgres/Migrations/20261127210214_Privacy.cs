using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CoalitionGateway.Store.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Privacy : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_event_kind_id",
                table: "event");

            migrationBuilder.DropIndex(
                name: "IX_event_member_id_kind_id",
                table: "event");

            migrationBuilder.AddColumn<bool>(
                name: "is_suspended",
                table: "partner_client",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "public_keys",
                table: "partner_client",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "breach",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    partner_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    from_time = table.Column<long>(type: "bigint", nullable: false),
                    to_time = table.Column<long>(type: "bigint", nullable: false),
                    aware_time = table.Column<long>(type: "bigint", nullable: false),
                    notify_time = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_breach", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "closing_rule",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    heir_id = table.Column<Guid>(type: "uuid", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    publish_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_closing_rule", x => x.programme_id);
                    table.ForeignKey(
                        name: "FK_closing_rule_membership_heir_id",
                        column: x => x.heir_id,
                        principalTable: "membership",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_closing_rule_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "data_request",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    receive_time = table.Column<long>(type: "bigint", nullable: false),
                    due_time = table.Column<long>(type: "bigint", nullable: false),
                    extension = table.Column<int>(type: "integer", nullable: true),
                    outcome = table.Column<int>(type: "integer", nullable: true),
                    close_time = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_request", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "erasure",
                columns: table => new
                {
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    erase_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erasure", x => x.member_id);
                });

            migrationBuilder.CreateTable(
                name: "guardian_code",
                columns: table => new
                {
                    guardian_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    expire_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_guardian_code", x => x.guardian_id);
                });

            migrationBuilder.CreateTable(
                name: "hold",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ground = table.Column<int>(type: "integer", nullable: false),
                    until_time = table.Column<long>(type: "bigint", nullable: false),
                    place_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notification",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification", x => new { x.partner_id, x.event_id });
                    table.ForeignKey(
                        name: "FK_notification_partner_partner_id",
                        column: x => x.partner_id,
                        principalTable: "partner",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "published_notice",
                columns: table => new
                {
                    version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    is_material = table.Column<bool>(type: "boolean", nullable: false),
                    publish_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_published_notice", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "restriction",
                columns: table => new
                {
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ground = table.Column<int>(type: "integer", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    start_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_restriction", x => x.member_id);
                });

            migrationBuilder.CreateTable(
                name: "sharing_refusal",
                columns: table => new
                {
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    signal = table.Column<int>(type: "integer", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    refuse_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sharing_refusal", x => x.member_id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_event_kind_id",
                table: "event",
                columns: new[] { "kind", "id" },
                filter: "kind IN (5, 22, 24, 27, 28, 100, 101, 102, 103, 104, 105, 106)");

            migrationBuilder.CreateIndex(
                name: "IX_event_member_id_kind_id",
                table: "event",
                columns: new[] { "member_id", "kind", "id" },
                filter: "kind IN (5, 22, 24, 27, 28, 100, 101, 102, 103, 104, 105, 106)");

            migrationBuilder.CreateIndex(
                name: "IX_data_request_due_time",
                table: "data_request",
                column: "due_time");

            migrationBuilder.CreateIndex(
                name: "IX_guardian_code_code_hash",
                table: "guardian_code",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_hold_member_id",
                table: "hold",
                column: "member_id");

            // What is only ever added to is found by its keys, and no scan of it gains from a vacuum: one comes before its
            // transaction ids run out, and is enough. At each doubling one took seconds of a processor beside the transfers.
            migrationBuilder.Sql(Retune("autovacuum_vacuum_insert_scale_factor = 1", "autovacuum_vacuum_insert_threshold = -1"));

            // A gateway of before, which knows no restriction and no erasure, must not write any more: it misses the name.
            migrationBuilder.Sql("ALTER FUNCTION take_turn(bigint, uuid, uuid, bigint[], bigint) RENAME TO take_turn_with_rights");

            // What was asked may be forgotten; nothing else of an answer is ever changed.
            migrationBuilder.Sql(
                """
                CREATE FUNCTION request_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.fingerprint <> '\x' OR (NEW.caller, NEW.request_id, NEW.method, NEW.event_id, NEW.refusal, NEW.time)
                        IS DISTINCT FROM (OLD.caller, OLD.request_id, OLD.method, OLD.event_id, OLD.refusal, OLD.time) THEN
                        RAISE EXCEPTION 'request is only ever added to';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER request_is_final BEFORE UPDATE ON request FOR EACH ROW EXECUTE FUNCTION request_is_final()
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER request_is_final ON request; DROP FUNCTION request_is_final()");
            migrationBuilder.Sql("ALTER FUNCTION take_turn_with_rights(bigint, uuid, uuid, bigint[], bigint) RENAME TO take_turn");
            migrationBuilder.Sql(Retune("autovacuum_vacuum_insert_threshold = -1", "autovacuum_vacuum_insert_scale_factor = 1"));
            migrationBuilder.DropTable(
                name: "breach");

            migrationBuilder.DropTable(
                name: "closing_rule");

            migrationBuilder.DropTable(
                name: "data_request");

            migrationBuilder.DropTable(
                name: "erasure");

            migrationBuilder.DropTable(
                name: "guardian_code");

            migrationBuilder.DropTable(
                name: "hold");

            migrationBuilder.DropTable(
                name: "notification");

            migrationBuilder.DropTable(
                name: "published_notice");

            migrationBuilder.DropTable(
                name: "restriction");

            migrationBuilder.DropTable(
                name: "sharing_refusal");

            migrationBuilder.DropIndex(
                name: "IX_event_kind_id",
                table: "event");

            migrationBuilder.DropIndex(
                name: "IX_event_member_id_kind_id",
                table: "event");

            migrationBuilder.DropColumn(
                name: "is_suspended",
                table: "partner_client");

            migrationBuilder.DropColumn(
                name: "public_keys",
                table: "partner_client");

            migrationBuilder.CreateIndex(
                name: "IX_event_kind_id",
                table: "event",
                columns: new[] { "kind", "id" },
                filter: "kind IN (5, 22, 24, 100, 101, 102, 103, 104, 105, 106)");

            migrationBuilder.CreateIndex(
                name: "IX_event_member_id_kind_id",
                table: "event",
                columns: new[] { "member_id", "kind", "id" },
                filter: "kind IN (5, 22, 24, 100, 101, 102, 103, 104, 105, 106)");
        }

        /// <summary>Other settings for the tables that are only ever added to, those of months to come with them.</summary>
        private static string Retune(string from, string to) =>
            $"""
            DO $do$ BEGIN EXECUTE replace(pg_get_functiondef('tune_additions()'::regprocedure), '{from}', '{to}'); END $do$;
            SELECT tune_additions()
            """;
    }
}
