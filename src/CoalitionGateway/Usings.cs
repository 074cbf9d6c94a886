// The ledger's types take precedence over the framework's types of the same name.
global using EventId = CoalitionGateway.Ledger.EventId;
global using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;
