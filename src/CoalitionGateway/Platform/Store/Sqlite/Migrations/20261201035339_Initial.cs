using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CoalitionGateway.Platform.Store.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "activation",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    campaign_id = table.Column<string>(type: "TEXT", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_activation", x => new { x.membership_id, x.campaign_id });
                });

            migrationBuilder.CreateTable(
                name: "adjusted_points",
                columns: table => new
                {
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    day = table.Column<long>(type: "INTEGER", nullable: false),
                    points = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_adjusted_points", x => new { x.actor, x.day });
                    table.CheckConstraint("ck_adjusted_points", "points > 0");
                });

            migrationBuilder.CreateTable(
                name: "breach",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    partner_id = table.Column<string>(type: "TEXT", nullable: true),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    to_time = table.Column<long>(type: "INTEGER", nullable: false),
                    aware_time = table.Column<long>(type: "INTEGER", nullable: false),
                    notify_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_breach", x => x.id);
                });

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
                name: "client",
                columns: table => new
                {
                    client_id = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    display_name = table.Column<string>(type: "TEXT", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", nullable: false),
                    redirect_uris = table.Column<string>(type: "TEXT", nullable: false),
                    holders = table.Column<string>(type: "TEXT", nullable: false),
                    public_keys = table.Column<string>(type: "TEXT", nullable: true),
                    key_thumbprints = table.Column<string>(type: "TEXT", nullable: false),
                    is_suspended = table.Column<bool>(type: "INTEGER", nullable: false),
                    sender_constraint = table.Column<int>(type: "INTEGER", nullable: false),
                    secret_end_time = table.Column<long>(type: "INTEGER", nullable: true),
                    former_secret_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    former_secret_end_time = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_client", x => x.client_id);
                    table.CheckConstraint("ck_client", "kind BETWEEN 1 AND 4 AND sender_constraint BETWEEN 1 AND 4");
                });

            migrationBuilder.CreateTable(
                name: "counter",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    rule = table.Column<string>(type: "TEXT", nullable: false),
                    period = table.Column<string>(type: "TEXT", nullable: false),
                    points = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    latest_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_counter", x => new { x.membership_id, x.rule, x.period });
                    table.CheckConstraint("ck_counter", "points >= 0 AND count >= 0");
                });

            migrationBuilder.CreateTable(
                name: "data_request",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    receive_time = table.Column<long>(type: "INTEGER", nullable: false),
                    due_time = table.Column<long>(type: "INTEGER", nullable: false),
                    extension = table.Column<int>(type: "INTEGER", nullable: true),
                    outcome = table.Column<int>(type: "INTEGER", nullable: true),
                    close_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_request", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "direct_award",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_direct_award", x => new { x.partner_id, x.reference });
                });

            migrationBuilder.CreateTable(
                name: "due",
                columns: table => new
                {
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    due_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_due", x => new { x.kind, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "earned",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    given_points = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_points = table.Column<long>(type: "INTEGER", nullable: false),
                    day = table.Column<long>(type: "INTEGER", nullable: true),
                    day_points = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_earned", x => new { x.partner_id, x.membership_id });
                    table.CheckConstraint("ck_earned", "given_points >= 0 AND taken_points >= 0 AND day_points >= 0");
                });

            migrationBuilder.CreateTable(
                name: "erasure",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    erase_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erasure", x => x.member_id);
                });

            migrationBuilder.CreateTable(
                name: "event",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    log_index = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    partner_id = table.Column<string>(type: "TEXT", nullable: true),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", nullable: false),
                    mac_key_id = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "expiry_pause",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    until_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_expiry_pause", x => x.membership_id);
                });

            migrationBuilder.CreateTable(
                name: "guardian_code",
                columns: table => new
                {
                    guardian_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    code_hash = table.Column<string>(type: "TEXT", nullable: false),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_guardian_code", x => x.guardian_id);
                });

            migrationBuilder.CreateTable(
                name: "hold",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ground = table.Column<int>(type: "INTEGER", nullable: false),
                    until_time = table.Column<long>(type: "INTEGER", nullable: false),
                    place_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_hold", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inactivity",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    end_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inactivity", x => x.membership_id);
                });

            migrationBuilder.CreateTable(
                name: "lapsed_lot",
                columns: table => new
                {
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    end_time = table.Column<long>(type: "INTEGER", nullable: false),
                    points = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lapsed_lot", x => new { x.account_id, x.end_time });
                    table.CheckConstraint("ck_lapsed_lot", "points >= 0");
                });

            migrationBuilder.CreateTable(
                name: "link_code",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    code_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_link_code", x => x.membership_id);
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

            migrationBuilder.CreateTable(
                name: "partner",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    display_name = table.Column<string>(type: "TEXT", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partner", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "passkey",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    credential_id = table.Column<string>(type: "TEXT", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    transports = table.Column<string>(type: "TEXT", nullable: false),
                    is_backup_eligible = table.Column<bool>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_passkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "person",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    roles = table.Column<string>(type: "TEXT", nullable: false),
                    invite_time = table.Column<long>(type: "INTEGER", nullable: false),
                    remove_time = table.Column<long>(type: "INTEGER", nullable: true),
                    renew_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_person", x => x.id);
                    table.CheckConstraint("ck_person", "kind IN (3, 4)");
                });

            migrationBuilder.CreateTable(
                name: "profile",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    display_name = table.Column<string>(type: "TEXT", nullable: true),
                    birth_date = table.Column<string>(type: "TEXT", nullable: true),
                    email = table.Column<string>(type: "TEXT", nullable: true),
                    phone_number = table.Column<string>(type: "TEXT", nullable: true),
                    postal_code = table.Column<string>(type: "TEXT", nullable: true),
                    country_code = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_profile", x => x.member_id);
                });

            migrationBuilder.CreateTable(
                name: "proposal",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    change_method = table.Column<string>(type: "TEXT", nullable: false),
                    proposer = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    concerns = table.Column<string>(type: "TEXT", nullable: false),
                    basis = table.Column<string>(type: "TEXT", nullable: false),
                    digest = table.Column<byte[]>(type: "BLOB", nullable: false),
                    propose_time = table.Column<long>(type: "INTEGER", nullable: false),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    decider = table.Column<string>(type: "TEXT", nullable: false),
                    decide_time = table.Column<long>(type: "INTEGER", nullable: true),
                    change_id = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposal", x => x.id);
                    table.CheckConstraint("ck_proposal", "state BETWEEN 1 AND 4");
                });

            migrationBuilder.CreateTable(
                name: "published_notice",
                columns: table => new
                {
                    version = table.Column<string>(type: "TEXT", nullable: false),
                    is_material = table.Column<bool>(type: "INTEGER", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_published_notice", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "recovery_code",
                columns: table => new
                {
                    code_hash = table.Column<string>(type: "TEXT", nullable: false),
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recovery_code", x => x.code_hash);
                });

            migrationBuilder.CreateTable(
                name: "referral",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    referrer_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    enroll_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_referral", x => x.membership_id);
                });

            migrationBuilder.CreateTable(
                name: "reminded",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    until_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reminded", x => x.membership_id);
                });

            migrationBuilder.CreateTable(
                name: "restriction",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ground = table.Column<int>(type: "INTEGER", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    start_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_restriction", x => x.member_id);
                });

            migrationBuilder.CreateTable(
                name: "reversal",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    purchase_reference = table.Column<string>(type: "TEXT", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reversal", x => new { x.partner_id, x.reference });
                });

            migrationBuilder.CreateTable(
                name: "sharing_refusal",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    signal = table.Column<int>(type: "INTEGER", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    refuse_time = table.Column<long>(type: "INTEGER", nullable: false),
                    log_index = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sharing_refusal", x => x.member_id);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_code",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    code_hash = table.Column<string>(type: "TEXT", nullable: false),
                    partner_id = table.Column<string>(type: "TEXT", nullable: true),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false),
                    ready_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_code", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "tier_held",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tier_id = table.Column<string>(type: "TEXT", nullable: false),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    until_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tier_held", x => new { x.membership_id, x.tier_id, x.from_time });
                    table.CheckConstraint("ck_tier_held", "until_time > from_time");
                });

            migrationBuilder.CreateTable(
                name: "voided_event",
                columns: table => new
                {
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    void_event_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_voided_event", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "waiting_award",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    campaign_id = table.Column<string>(type: "TEXT", nullable: false),
                    campaign_version = table.Column<long>(type: "INTEGER", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    points = table.Column<long>(type: "INTEGER", nullable: false),
                    pay_time = table.Column<long>(type: "INTEGER", nullable: true),
                    returned_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    usable_time = table.Column<long>(type: "INTEGER", nullable: true),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_waiting_award", x => new { x.partner_id, x.reference, x.campaign_id });
                    table.CheckConstraint("ck_waiting_award", "points >= 0");
                });

            migrationBuilder.CreateTable(
                name: "request",
                columns: table => new
                {
                    caller = table.Column<string>(type: "TEXT", nullable: false),
                    request_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    method = table.Column<string>(type: "TEXT", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "BLOB", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    refusal = table.Column<byte[]>(type: "BLOB", nullable: true),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", nullable: true),
                    mac_key_id = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_request", x => new { x.caller, x.request_id });
                    table.CheckConstraint("ck_request", "(event_id IS NULL) <> (refusal IS NULL)");
                    table.ForeignKey(
                        name: "FK_request_event_event_id",
                        column: x => x.event_id,
                        principalTable: "event",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "agreed_purposes",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    purposes = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    agree_time = table.Column<long>(type: "INTEGER", nullable: false)
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

            migrationBuilder.CreateTable(
                name: "consent",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    purpose = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    categories = table.Column<string>(type: "TEXT", nullable: false),
                    notice_version = table.Column<string>(type: "TEXT", nullable: false),
                    notice_language = table.Column<string>(type: "TEXT", nullable: false),
                    notice_sha256 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    give_time = table.Column<long>(type: "INTEGER", nullable: true),
                    withdraw_time = table.Column<long>(type: "INTEGER", nullable: true),
                    give_log_index = table.Column<long>(type: "INTEGER", nullable: true),
                    last_no_time = table.Column<long>(type: "INTEGER", nullable: true),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_consent", x => new { x.member_id, x.partner_id, x.purpose });
                    table.ForeignKey(
                        name: "FK_consent_partner_partner_id",
                        column: x => x.partner_id,
                        principalTable: "partner",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "notification",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    day = table.Column<long>(type: "INTEGER", nullable: false),
                    due_day = table.Column<long>(type: "INTEGER", nullable: false),
                    purpose = table.Column<int>(type: "INTEGER", nullable: true),
                    points = table.Column<long>(type: "INTEGER", nullable: false),
                    last_day = table.Column<long>(type: "INTEGER", nullable: true),
                    tier_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification", x => new { x.partner_id, x.id });
                    table.ForeignKey(
                        name: "FK_notification_partner_partner_id",
                        column: x => x.partner_id,
                        principalTable: "partner",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "programme",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    display_name = table.Column<string>(type: "TEXT", nullable: false),
                    time_zone = table.Column<string>(type: "TEXT", nullable: false),
                    value_currency_code = table.Column<string>(type: "TEXT", nullable: false),
                    value_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_programme", x => x.id);
                    table.ForeignKey(
                        name: "FK_programme_partner_partner_id",
                        column: x => x.partner_id,
                        principalTable: "partner",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "proposal_request",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    request = table.Column<byte[]>(type: "BLOB", nullable: false),
                    salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_proposal_request", x => x.id);
                    table.ForeignKey(
                        name: "FK_proposal_request_proposal_id",
                        column: x => x.id,
                        principalTable: "proposal",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "account",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<byte>(type: "INTEGER", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    balance_points = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account", x => x.id);
                    table.CheckConstraint("ck_account", "version > 0 AND (kind NOT IN (1, 3, 8, 9, 10, 11, 12) OR balance_points >= 0) AND (kind <> 2 OR balance_points <= 0)");
                    table.ForeignKey(
                        name: "FK_account_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "agreement",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    terms = table.Column<byte[]>(type: "BLOB", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false),
                    max_return_points_per_day = table.Column<long>(type: "INTEGER", nullable: false),
                    allow_debt_by_return = table.Column<bool>(type: "INTEGER", nullable: false),
                    max_award_points_per_day = table.Column<long>(type: "INTEGER", nullable: false),
                    max_opening_points = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agreement", x => new { x.partner_id, x.programme_id, x.version });
                    table.CheckConstraint("ck_agreement", "version > 0");
                    table.ForeignKey(
                        name: "FK_agreement_partner_partner_id",
                        column: x => x.partner_id,
                        principalTable: "partner",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_agreement_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "campaign",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    rule = table.Column<byte[]>(type: "BLOB", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_campaign", x => new { x.programme_id, x.id, x.version });
                    table.CheckConstraint("ck_campaign", "version > 0");
                    table.ForeignKey(
                        name: "FK_campaign_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "choice",
                columns: table => new
                {
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_choice", x => new { x.member_id, x.partner_id, x.from_time });
                    table.ForeignKey(
                        name: "FK_choice_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "lot",
                columns: table => new
                {
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    holder = table.Column<string>(type: "TEXT", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    usable_time = table.Column<long>(type: "INTEGER", nullable: true),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: true),
                    is_reserved = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lot", x => x.account_id);
                    table.CheckConstraint("ck_lot", "usable_time IS NOT NULL OR expire_time IS NOT NULL");
                    table.ForeignKey(
                        name: "FK_lot_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "lot_keeping",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    terms_version = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_inactive = table.Column<bool>(type: "INTEGER", nullable: false),
                    pauses = table.Column<bool>(type: "INTEGER", nullable: false),
                    reminder_days = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lot_keeping", x => x.programme_id);
                    table.ForeignKey(
                        name: "FK_lot_keeping_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "membership",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    enroll_time = table.Column<long>(type: "INTEGER", nullable: false),
                    merged_into_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    merge_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_membership", x => x.id);
                    table.ForeignKey(
                        name: "FK_membership_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "payment_code",
                columns: table => new
                {
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    code_hash = table.Column<string>(type: "TEXT", nullable: false),
                    max_points = table.Column<long>(type: "INTEGER", nullable: false),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_payment_code", x => x.membership_id);
                    table.ForeignKey(
                        name: "FK_payment_code_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "pool",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pool", x => x.id);
                    table.ForeignKey(
                        name: "FK_pool_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "programme_terms",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    from_time = table.Column<long>(type: "INTEGER", nullable: false),
                    rules = table.Column<byte[]>(type: "BLOB", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_programme_terms", x => new { x.programme_id, x.version });
                    table.CheckConstraint("ck_programme_terms", "version > 0");
                    table.ForeignKey(
                        name: "FK_programme_terms_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "reward",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    rule = table.Column<byte[]>(type: "BLOB", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reward", x => new { x.programme_id, x.id, x.version });
                    table.CheckConstraint("ck_reward", "version > 0");
                    table.ForeignKey(
                        name: "FK_reward_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "reward_stock",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    reward_id = table.Column<string>(type: "TEXT", nullable: false),
                    claimed_count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_reward_stock", x => new { x.programme_id, x.reward_id });
                    table.CheckConstraint("ck_reward_stock", "claimed_count > 0");
                    table.ForeignKey(
                        name: "FK_reward_stock_programme_programme_id",
                        column: x => x.programme_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "route",
                columns: table => new
                {
                    source_id = table.Column<string>(type: "TEXT", nullable: false),
                    destination_id = table.Column<string>(type: "TEXT", nullable: false),
                    ratio_numerator = table.Column<long>(type: "INTEGER", nullable: false),
                    ratio_denominator = table.Column<long>(type: "INTEGER", nullable: false),
                    minimum_points = table.Column<long>(type: "INTEGER", nullable: false),
                    maximum_points = table.Column<long>(type: "INTEGER", nullable: false),
                    is_open = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_route", x => new { x.source_id, x.destination_id });
                    table.CheckConstraint("ck_route", "source_id <> destination_id AND ratio_numerator > 0 AND ratio_denominator > 0 AND minimum_points % 1000 = 0 AND maximum_points % 1000 = 0");
                    table.ForeignKey(
                        name: "FK_route_programme_destination_id",
                        column: x => x.destination_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_route_programme_source_id",
                        column: x => x.source_id,
                        principalTable: "programme",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "entry",
                columns: table => new
                {
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    line = table.Column<int>(type: "INTEGER", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    amount_points = table.Column<long>(type: "INTEGER", nullable: false),
                    account_version = table.Column<long>(type: "INTEGER", nullable: true),
                    balance_before = table.Column<long>(type: "INTEGER", nullable: true),
                    balance_after = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entry", x => new { x.event_id, x.line });
                    table.CheckConstraint("ck_entry", "amount_points <> 0 AND (balance_after IS NULL OR balance_after = balance_before + amount_points) AND (balance_after IS NULL) = (account_version IS NULL)");
                    table.ForeignKey(
                        name: "FK_entry_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_entry_event_event_id",
                        column: x => x.event_id,
                        principalTable: "event",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "closing_rule",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    heir_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    publish_time = table.Column<long>(type: "INTEGER", nullable: false)
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
                name: "membership_number",
                columns: table => new
                {
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<string>(type: "TEXT", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    is_main = table.Column<bool>(type: "INTEGER", nullable: false),
                    end_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_membership_number", x => new { x.programme_id, x.number });
                    table.ForeignKey(
                        name: "FK_membership_number_membership_membership_id",
                        column: x => x.membership_id,
                        principalTable: "membership",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "purchase",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    is_return = table.Column<bool>(type: "INTEGER", nullable: false),
                    event_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    member_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    currency_code = table.Column<string>(type: "TEXT", nullable: false),
                    amount_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    returned_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    given_points = table.Column<long>(type: "INTEGER", nullable: false),
                    taken_points = table.Column<long>(type: "INTEGER", nullable: false),
                    purchase_time = table.Column<long>(type: "INTEGER", nullable: false),
                    has_awards = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_purchase", x => new { x.partner_id, x.reference });
                    table.CheckConstraint("ck_purchase", "amount_micros > 0 AND returned_micros BETWEEN 0 AND amount_micros AND given_points >= 0 AND (is_return OR taken_points BETWEEN 0 AND given_points)");
                    table.ForeignKey(
                        name: "FK_purchase_membership_membership_id",
                        column: x => x.membership_id,
                        principalTable: "membership",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "redemption",
                columns: table => new
                {
                    partner_id = table.Column<string>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    points = table.Column<long>(type: "INTEGER", nullable: false),
                    captured_points = table.Column<long>(type: "INTEGER", nullable: false),
                    refunded_points = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    needs_approval = table.Column<bool>(type: "INTEGER", nullable: false),
                    approve_time = table.Column<long>(type: "INTEGER", nullable: true),
                    reserve_time = table.Column<long>(type: "INTEGER", nullable: false),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false),
                    value_currency_code = table.Column<string>(type: "TEXT", nullable: false),
                    value_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    parts = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_redemption", x => new { x.partner_id, x.reference });
                    table.CheckConstraint("ck_redemption", "points > 0 AND captured_points BETWEEN 0 AND points AND refunded_points BETWEEN 0 AND captured_points");
                    table.ForeignKey(
                        name: "FK_redemption_membership_membership_id",
                        column: x => x.membership_id,
                        principalTable: "membership",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "transfer",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    source_membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    source_id = table.Column<string>(type: "TEXT", nullable: false),
                    destination_id = table.Column<string>(type: "TEXT", nullable: false),
                    amount_points = table.Column<long>(type: "INTEGER", nullable: false),
                    arrived_points = table.Column<long>(type: "INTEGER", nullable: false),
                    settled_points = table.Column<long>(type: "INTEGER", nullable: false),
                    route_version = table.Column<long>(type: "INTEGER", nullable: false),
                    create_time = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_transfer", x => new { x.source_membership_id, x.id });
                    table.CheckConstraint("ck_transfer", "amount_points > 0 AND amount_points % 1000 = 0 AND arrived_points > 0 AND settled_points BETWEEN 0 AND arrived_points");
                    table.ForeignKey(
                        name: "FK_transfer_membership_source_membership_id",
                        column: x => x.source_membership_id,
                        principalTable: "membership",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "voucher",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    claimed_by = table.Column<byte[]>(type: "BLOB", nullable: false),
                    request_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    programme_id = table.Column<string>(type: "TEXT", nullable: false),
                    reward_id = table.Column<string>(type: "TEXT", nullable: false),
                    reward_version = table.Column<long>(type: "INTEGER", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    price_points = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    code_hash = table.Column<string>(type: "TEXT", nullable: false),
                    claim_time = table.Column<long>(type: "INTEGER", nullable: false),
                    expire_time = table.Column<long>(type: "INTEGER", nullable: false),
                    used_by = table.Column<string>(type: "TEXT", nullable: true),
                    use_time = table.Column<long>(type: "INTEGER", nullable: true),
                    entitled_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_voucher", x => x.id);
                    table.CheckConstraint("ck_voucher", "price_points > 0 AND count > 0 AND (used_by IS NULL) = (use_time IS NULL)");
                    table.ForeignKey(
                        name: "FK_voucher_membership_membership_id",
                        column: x => x.membership_id,
                        principalTable: "membership",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "participant",
                columns: table => new
                {
                    pool_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    membership_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    invitation_expire_time = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_participant", x => new { x.pool_id, x.membership_id });
                    table.ForeignKey(
                        name: "FK_participant_pool_pool_id",
                        column: x => x.pool_id,
                        principalTable: "pool",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_account_name",
                table: "account",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_account_programme_id",
                table: "account",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_agreement_programme_id",
                table: "agreement",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_choice_programme_id",
                table: "choice",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_closing_rule_heir_id",
                table: "closing_rule",
                column: "heir_id");

            migrationBuilder.CreateIndex(
                name: "IX_consent_partner_id",
                table: "consent",
                column: "partner_id");

            migrationBuilder.CreateIndex(
                name: "IX_data_request_due_time",
                table: "data_request",
                column: "due_time");

            migrationBuilder.CreateIndex(
                name: "IX_due_due_time_kind_subject",
                table: "due",
                columns: new[] { "due_time", "kind", "subject" });

            migrationBuilder.CreateIndex(
                name: "IX_entry_account_id",
                table: "entry",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_event_kind_log_index",
                table: "event",
                columns: new[] { "kind", "log_index" },
                filter: "kind IN (5, 32, 24, 27, 28, 22, 36, 100, 101, 102, 103, 104, 105, 106, 109)");

            migrationBuilder.CreateIndex(
                name: "IX_event_log_index",
                table: "event",
                column: "log_index",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_event_member_id_kind_log_index",
                table: "event",
                columns: new[] { "member_id", "kind", "log_index" },
                filter: "kind IN (5, 32, 24, 27, 28, 22, 36, 100, 101, 102, 103, 104, 105, 106, 109)");

            migrationBuilder.CreateIndex(
                name: "IX_guardian_code_code_hash",
                table: "guardian_code",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_hold_member_id",
                table: "hold",
                column: "member_id");

            migrationBuilder.CreateIndex(
                name: "IX_lot_holder",
                table: "lot",
                column: "holder");

            migrationBuilder.CreateIndex(
                name: "IX_lot_membership_id",
                table: "lot",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "IX_lot_programme_id",
                table: "lot",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_membership_member_id_programme_id",
                table: "membership",
                columns: new[] { "member_id", "programme_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_membership_merged_into_id",
                table: "membership",
                column: "merged_into_id");

            migrationBuilder.CreateIndex(
                name: "IX_membership_programme_id",
                table: "membership",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_membership_number_membership_id",
                table: "membership_number",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "IX_membership_number_number",
                table: "membership_number",
                column: "number");

            migrationBuilder.CreateIndex(
                name: "IX_notification_partner_id_number",
                table: "notification",
                columns: new[] { "partner_id", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_participant_membership_id_pool_id",
                table: "participant",
                columns: new[] { "membership_id", "pool_id" });

            migrationBuilder.CreateIndex(
                name: "IX_passkey_account_id",
                table: "passkey",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_passkey_credential_id",
                table: "passkey",
                column: "credential_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payment_code_code_hash",
                table: "payment_code",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_payment_code_programme_id",
                table: "payment_code",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_pool_programme_id",
                table: "pool",
                column: "programme_id");

            migrationBuilder.CreateIndex(
                name: "IX_programme_partner_id",
                table: "programme",
                column: "partner_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_proposal_proposer_state",
                table: "proposal",
                columns: new[] { "proposer", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_proposal_request_membership_id",
                table: "proposal_request",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "IX_purchase_membership_id",
                table: "purchase",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "IX_purchase_partner_id_purchase_time_reference",
                table: "purchase",
                columns: new[] { "partner_id", "purchase_time", "reference" });

            migrationBuilder.CreateIndex(
                name: "IX_recovery_code_member_id",
                table: "recovery_code",
                column: "member_id");

            migrationBuilder.CreateIndex(
                name: "IX_redemption_id",
                table: "redemption",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_redemption_membership_id",
                table: "redemption",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "IX_redemption_partner_id_id",
                table: "redemption",
                columns: new[] { "partner_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_request_event_id",
                table: "request",
                column: "event_id");

            migrationBuilder.CreateIndex(
                name: "IX_reversal_partner_id_purchase_reference",
                table: "reversal",
                columns: new[] { "partner_id", "purchase_reference" });

            migrationBuilder.CreateIndex(
                name: "IX_route_destination_id",
                table: "route",
                column: "destination_id");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_code_code_hash",
                table: "sign_in_code",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_voucher_code_hash",
                table: "voucher",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_voucher_membership_id",
                table: "voucher",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "IX_waiting_award_membership_id",
                table: "waiting_award",
                column: "membership_id");

            LedgerSql.Apply(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "activation");

            migrationBuilder.DropTable(
                name: "adjusted_points");

            migrationBuilder.DropTable(
                name: "agreed_purposes");

            migrationBuilder.DropTable(
                name: "agreement");

            migrationBuilder.DropTable(
                name: "breach");

            migrationBuilder.DropTable(
                name: "campaign");

            migrationBuilder.DropTable(
                name: "checkpoint");

            migrationBuilder.DropTable(
                name: "choice");

            migrationBuilder.DropTable(
                name: "client");

            migrationBuilder.DropTable(
                name: "closing_rule");

            migrationBuilder.DropTable(
                name: "consent");

            migrationBuilder.DropTable(
                name: "counter");

            migrationBuilder.DropTable(
                name: "data_request");

            migrationBuilder.DropTable(
                name: "direct_award");

            migrationBuilder.DropTable(
                name: "due");

            migrationBuilder.DropTable(
                name: "earned");

            migrationBuilder.DropTable(
                name: "entry");

            migrationBuilder.DropTable(
                name: "erasure");

            migrationBuilder.DropTable(
                name: "expiry_pause");

            migrationBuilder.DropTable(
                name: "guardian_code");

            migrationBuilder.DropTable(
                name: "hold");

            migrationBuilder.DropTable(
                name: "inactivity");

            migrationBuilder.DropTable(
                name: "lapsed_lot");

            migrationBuilder.DropTable(
                name: "link_code");

            migrationBuilder.DropTable(
                name: "log_member");

            migrationBuilder.DropTable(
                name: "log_tile");

            migrationBuilder.DropTable(
                name: "lot");

            migrationBuilder.DropTable(
                name: "lot_keeping");

            migrationBuilder.DropTable(
                name: "membership_number");

            migrationBuilder.DropTable(
                name: "notification");

            migrationBuilder.DropTable(
                name: "participant");

            migrationBuilder.DropTable(
                name: "passkey");

            migrationBuilder.DropTable(
                name: "payment_code");

            migrationBuilder.DropTable(
                name: "person");

            migrationBuilder.DropTable(
                name: "profile");

            migrationBuilder.DropTable(
                name: "programme_terms");

            migrationBuilder.DropTable(
                name: "proposal_request");

            migrationBuilder.DropTable(
                name: "published_notice");

            migrationBuilder.DropTable(
                name: "purchase");

            migrationBuilder.DropTable(
                name: "recovery_code");

            migrationBuilder.DropTable(
                name: "redemption");

            migrationBuilder.DropTable(
                name: "referral");

            migrationBuilder.DropTable(
                name: "reminded");

            migrationBuilder.DropTable(
                name: "request");

            migrationBuilder.DropTable(
                name: "restriction");

            migrationBuilder.DropTable(
                name: "reversal");

            migrationBuilder.DropTable(
                name: "reward");

            migrationBuilder.DropTable(
                name: "reward_stock");

            migrationBuilder.DropTable(
                name: "route");

            migrationBuilder.DropTable(
                name: "sharing_refusal");

            migrationBuilder.DropTable(
                name: "sign_in_code");

            migrationBuilder.DropTable(
                name: "tier_held");

            migrationBuilder.DropTable(
                name: "transfer");

            migrationBuilder.DropTable(
                name: "voided_event");

            migrationBuilder.DropTable(
                name: "voucher");

            migrationBuilder.DropTable(
                name: "waiting_award");

            migrationBuilder.DropTable(
                name: "account");

            migrationBuilder.DropTable(
                name: "pool");

            migrationBuilder.DropTable(
                name: "proposal");

            migrationBuilder.DropTable(
                name: "event");

            migrationBuilder.DropTable(
                name: "membership");

            migrationBuilder.DropTable(
                name: "programme");

            migrationBuilder.DropTable(
                name: "partner");
        }
    }
}
