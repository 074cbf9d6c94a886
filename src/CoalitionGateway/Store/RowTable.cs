using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CoalitionGateway.Store;

/// <summary>
/// One table of the model as the journal uses it: rows in and out by key, without change tracking. Columns,
/// keys and conversions come from the EF model, so that the two cannot differ.
/// </summary>
internal sealed class RowTable
{
    private readonly ConstructorInvoker _construct;
    private readonly Column[] _columns;
    private readonly ConcurrentDictionary<Type, (Column Column, MethodInvoker Get)[]> _keys = [];

    public RowTable(IEntityType entity)
    {
        Name = entity.GetTableName()!;
        var constructor = entity.ClrType.GetConstructors().MaxBy(found => found.GetParameters().Length)!;
        _construct = ConstructorInvoker.Create(constructor);
        _columns = [.. constructor.GetParameters().Select(parameter => new Column(entity.FindProperty(parameter.Name!)!))];
        KeyColumns = [.. entity.FindPrimaryKey()!.Properties.Where(property => !property.IsShadowProperty()).Select(property => property.GetColumnName())];
    }

    public string Name { get; }

    public IReadOnlyList<string> KeyColumns { get; }

    public IEnumerable<string> ColumnNames => _columns.Select(column => column.Name);

    /// <summary>The columns that a key's properties match, in the order of the properties.</summary>
    public IReadOnlyList<string> ColumnsOf(Type key) => [.. PartsOf(key).Select(part => part.Column.Name)];

    /// <summary>Binds a key's values as they are stored, in the order of <see cref="ColumnsOf"/>.</summary>
    public void Bind(Key key, DbParameterCollection parameters)
    {
        var parts = PartsOf(key.GetType());
        for (var i = 0; i < parts.Length; i++)
        {
            parameters[i].Value = parts[i].Column.ToStored(parts[i].Get.Invoke(key));
        }
    }

    /// <summary>A row's values as they are stored, in the order of <see cref="ColumnNames"/>.</summary>
    public void Bind(object row, DbParameterCollection parameters)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            parameters[i].Value = _columns[i].ToStored(_columns[i].Get(row)) ?? DBNull.Value;
        }
    }

    public Row Read(DbDataReader reader)
    {
        var values = new object?[_columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _columns[i].Read(reader, i);
        }

        return (Row)_construct.Invoke(values.AsSpan());
    }

    /// <summary>How a kind of key is taken apart; found out once, by the journal and the readers alike.</summary>
    private (Column Column, MethodInvoker Get)[] PartsOf(Type key) => _keys.GetOrAdd(key, type =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(property => (_columns.First(column => column.Property == property.Name), MethodInvoker.Create(property.GetMethod!))),
    ]);

    private sealed class Column(IProperty property)
    {
        private readonly ValueConverter? _converter = property.GetTypeMapping().Converter;
        private readonly MethodInvoker _getter = MethodInvoker.Create(property.PropertyInfo!.GetMethod!);
        private readonly Type _stored = property.GetTypeMapping().Converter?.ProviderClrType
            ?? Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;

        public string Name { get; } = property.GetColumnName();

        public string Property { get; } = property.Name;

        public object? Get(object row) => _getter.Invoke(row);

        public object? ToStored(object? value) => value is null || _converter is null ? value : _converter.ConvertToProvider(value);

        public object? Read(DbDataReader reader, int ordinal)
        {
            if (reader.IsDBNull(ordinal))
            {
                return null;
            }

            object stored = _stored switch
            {
                _ when _stored == typeof(long) => reader.GetInt64(ordinal),
                _ when _stored == typeof(string) => reader.GetString(ordinal),
                _ when _stored == typeof(byte[]) => reader.GetFieldValue<byte[]>(ordinal),
                _ when _stored == typeof(int) => reader.GetInt32(ordinal),
                _ when _stored == typeof(byte) => reader.GetByte(ordinal),
                _ when _stored == typeof(bool) => reader.GetBoolean(ordinal),
                _ => throw new NotSupportedException($"{Property}: no column holds a {_stored}."),
            };
            return _converter is null ? stored : _converter.ConvertFromProvider(stored);
        }
    }
}

/// <summary>The tables of the model, by the type of their rows.</summary>
internal sealed class RowTables
{
    private readonly Dictionary<Type, RowTable> _tables;

    public RowTables(IModel model) => _tables = model.GetEntityTypes().ToDictionary(entity => entity.ClrType, entity => new RowTable(entity));

    public RowTable this[Type row] => _tables[row];

    /// <summary>The table that a key looks into, and whether it finds a set.</summary>
    public (RowTable Table, bool IsSet) For(Type key)
    {
        for (var type = key.BaseType; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Key<>) || type.GetGenericTypeDefinition() == typeof(SetKey<>)))
            {
                return (_tables[type.GetGenericArguments()[0]], type.GetGenericTypeDefinition() == typeof(SetKey<>));
            }
        }

        throw new ArgumentException($"{key} is no key of a row.", nameof(key));
    }
}
