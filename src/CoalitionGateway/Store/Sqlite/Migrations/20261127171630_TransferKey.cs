using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CoalitionGateway.Store.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TransferKey : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_transfer",
                table: "transfer");

            migrationBuilder.DropIndex(
                name: "IX_transfer_source_membership_id_id",
                table: "transfer");

            migrationBuilder.AddPrimaryKey(
                name: "PK_transfer",
                table: "transfer",
                columns: new[] { "source_membership_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_transfer",
                table: "transfer");

            migrationBuilder.AddPrimaryKey(
                name: "PK_transfer",
                table: "transfer",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "IX_transfer_source_membership_id_id",
                table: "transfer",
                columns: new[] { "source_membership_id", "id" });
        }
    }
}
