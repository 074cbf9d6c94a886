// The ledger's words win over the framework's.
global using EventId = CoalitionGateway.Ledger.EventId;
global using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
