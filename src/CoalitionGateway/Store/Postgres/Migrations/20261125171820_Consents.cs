using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CoalitionGateway.Store.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Consents : Migration
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

            migrationBuilder.AlterColumn<long>(
                name: "give_time",
                table: "consent",
                type: "bigint",
                nullable: true,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AddColumn<int>(
                name: "state",
                table: "consent",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.Sql("UPDATE consent SET state = CASE WHEN withdraw_time IS NULL THEN 1 ELSE 2 END");

            migrationBuilder.CreateTable(
                name: "agreed_purposes",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    purposes = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    agree_time = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agreed_purposes", x => x.partner_id);
                    table.ForeignKey(
                        name: "FK_agreed_purposes_partner_partner_id",
                        column: x => x.partner_id,
                        principalTable: "partner",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

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

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "agreed_purposes");

            migrationBuilder.DropIndex(
                name: "IX_event_kind_id",
                table: "event");

            migrationBuilder.DropIndex(
                name: "IX_event_member_id_kind_id",
                table: "event");

            migrationBuilder.DropColumn(
                name: "state",
                table: "consent");

            migrationBuilder.AlterColumn<long>(
                name: "give_time",
                table: "consent",
                type: "bigint",
                nullable: false,
                defaultValue: 0L,
                oldClrType: typeof(long),
                oldType: "bigint",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_event_kind_id",
                table: "event",
                columns: new[] { "kind", "id" },
                filter: "kind IN (22, 24, 100, 101)");

            migrationBuilder.CreateIndex(
                name: "IX_event_member_id_kind_id",
                table: "event",
                columns: new[] { "member_id", "kind", "id" },
                filter: "kind IN (22, 24, 100, 101)");
        }
    }
}
