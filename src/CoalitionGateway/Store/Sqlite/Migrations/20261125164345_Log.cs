using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CoalitionGateway.Store.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Log : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "log_index",
                table: "event",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "checkpoint",
                columns: table => new
                {
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_checkpoint", x => x.size);
                });

            migrationBuilder.CreateTable(
                name: "log_member",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    log_index = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_member", x => new { x.member_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "log_tile",
                columns: table => new
                {
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    hashes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_tile", x => new { x.level, x.number });
                });

            // Events of before the log: in the order of their ids, which begin with the time.
            migrationBuilder.Sql("DROP TRIGGER event_is_final_update");
            migrationBuilder.Sql("UPDATE event SET log_index = earlier.nth FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM event) earlier WHERE event.id = earlier.id");
            migrationBuilder.Sql("CREATE TRIGGER event_is_final_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is only ever added to'); END");
            foreach (var table in new[] { "checkpoint", "log_member" })
            {
                foreach (var change in new[] { "UPDATE", "DELETE" })
                {
                    migrationBuilder.Sql($"CREATE TRIGGER {table}_is_final_{change.ToLowerInvariant()} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END");
                }
            }

            migrationBuilder.CreateIndex(
                name: "IX_event_log_index",
                table: "event",
                column: "log_index",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "checkpoint");

            migrationBuilder.DropTable(
                name: "log_member");

            migrationBuilder.DropTable(
                name: "log_tile");

            migrationBuilder.DropIndex(
                name: "IX_event_log_index",
                table: "event");

            migrationBuilder.DropColumn(
                name: "log_index",
                table: "event");
        }
    }
}
