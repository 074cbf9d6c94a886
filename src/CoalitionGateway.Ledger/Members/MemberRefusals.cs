namespace CoalitionGateway.Ledger.Members;

/// <summary>Refusals about memberships. They never reveal whether a number exists that is not the caller's.</summary>
public static class MemberRefusals
{
    public static Refusal PartnerWithoutProgramme(PartnerId id) =>
        new Refusal(RefusalReason.PartnerWithoutProgramme, $"Partner {id} owns no programme, so it has no members of its own.")
            .With("partner_id", id.Value);

    public static Refusal NumberNotFound(ProgrammeId programme, string field = "membership_number") =>
        new Refusal(RefusalReason.MembershipNotFound, $"Programme {programme} has no such membership number.", field)
            .With("programme_id", programme.Value);

    public static Refusal NumberTaken(ProgrammeId programme, string field = "membership_number") =>
        new Refusal(RefusalReason.MembershipNumberTaken, $"The membership number is or was taken in {programme}; choose another.", field)
            .With("programme_id", programme.Value);

    public static Refusal NoMember() =>
        new(RefusalReason.MemberNotFound, "There is no such member, or they were erased.", "member_id");

    public static Refusal NotAMember(ProgrammeId programme, string field) =>
        new Refusal(RefusalReason.MembershipNotFound, $"You are not a member of {programme}; enrol there or link your membership.", field)
        {
            IsPrecondition = true,
        }.With("programme_id", programme.Value);
}
