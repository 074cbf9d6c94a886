using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Testing.Requests;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>Sends every fault of the bad-input table and every valid request. Each method is called at least once.</summary>
internal static class TableSequence
{
    public static async Task Run(BadInputCoalition coalition, Coverage coverage, Findings findings)
    {
        // Faults come first: a refused request changes nothing. A valid request can close the object that a fault is about.
        foreach (var fault in FaultTable.All())
        {
            var request = coalition.Json(fault.Method);
            fault.Break(request);
            byte[] bytes = fault.Title == "bytes that are no message" ? [0xFF, 0xFF, 0xFF] : BadInputCoalition.Bytes(fault.Method, request);
            var refusal = await coalition.Refusal(fault.Method, bytes, coalition.Tokens[fault.Caller]);
            if (refusal?.ReasonText == fault.Reason)
            {
                coverage.Refuse(fault.Reason);
            }
            else
            {
                findings.Add($"{fault.Method} is not refused as the table says", $"{fault}: {refusal?.ToString() ?? "answered OK"}");
            }
        }

        foreach (var (method, (caller, _)) in FaultTable.Valid)
        {
            if (await coalition.Refusal(method, BadInputCoalition.Bytes(method, coalition.Json(method)), coalition.Tokens[caller]) is { } refusal)
            {
                findings.Add($"{method} refuses the table's valid request", $"{refusal}");
            }
            else
            {
                coverage.Answer(method);
            }
        }
    }
}
