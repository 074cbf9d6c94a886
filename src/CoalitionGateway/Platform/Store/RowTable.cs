using System.Collections.Concurrent;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// One table of the model, as the journal uses it: reads and writes rows by key, without change tracking. Columns, keys and
/// conversions come from the EF model, so that the two cannot differ.
/// </summary>
internal sealed class RowTable
{
    // Compiled at first use, so that a gateway does not compile at its start what it may never need.
    private readonly Lazy<Func<DbDataReader, object>> _read;
    private readonly Lazy<Func<object?[], object>> _make;
    private readonly IProperty[] _properties;
    private readonly ConcurrentDictionary<Type, KeyColumns> _keys = [];

    public RowTable(IEntityType entity, int rank)
    {
        Name = entity.GetTableName()!;
        Rank = rank;
        var constructor = entity.ClrType.GetConstructors().MaxBy(found => found.GetParameters().Length)!;
        _properties = [.. constructor.GetParameters().Select(parameter => entity.FindProperty(parameter.Name!)!)];
        Columns = [.. _properties.Select(property => RowColumn.Of(property, entity.ClrType))];
        KeyColumns = [.. entity.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName())];
        ChangingColumns = [.. _properties.Where(property => property.GetAfterSaveBehavior() == PropertySaveBehavior.Save).Select(property => property.GetColumnName())];
        ReplacedColumns = [.. Columns.Where(column => KeyColumns.Contains(column.Name) || ChangingColumns.Contains(column.Name))];
        (_read, _make) = (new(() => Reading(constructor)), new(() => Making(constructor)));
        Type = entity.ClrType;
    }

    public string Name { get; }

    /// <summary>The type of its rows.</summary>
    public Type Type { get; }

    /// <summary>
    /// A row without values, which tells the properties of its type, such as whether it is insert-only; null if the type is
    /// no <see cref="Row"/>.
    /// </summary>
    public Row? Sample => Type.IsAssignableTo(typeof(Row)) ? (Row)RuntimeHelpers.GetUninitializedObject(Type) : null;

    /// <summary>The place in the order of references: lower than the rank of every table that refers to this one.</summary>
    public int Rank { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>The columns of the primary key.</summary>
    public IReadOnlyList<string> KeyColumns { get; }

    public IEnumerable<string> ColumnNames => Columns.Select(column => column.Name);

    /// <summary>The columns that a row's replacement may change.</summary>
    public IReadOnlyList<string> ChangingColumns { get; }

    /// <summary>The columns that a replacement is written with: the key, and the columns that may change.</summary>
    public IReadOnlyList<RowColumn> ReplacedColumns { get; }

    /// <summary>
    /// The columns that a kind of key matches. Found once and cached, for the journal and the readers alike.
    /// </summary>
    public KeyColumns ColumnsOf(Type key) => _keys.TryGetValue(key, out var known) ? known : _keys.GetOrAdd(key, FindColumns);

    public Row Read(DbDataReader reader) => (Row)_read.Value(reader);

    /// <summary>Reads a row of any table, even if the rows are no <see cref="Row"/>.</summary>
    public object ReadAny(DbDataReader reader) => _read.Value(reader);

    /// <summary>Makes a row from values of the stored types, in the order of <see cref="Columns"/>.</summary>
    public object Make(object?[] values) => _make.Value(values);

    private KeyColumns FindColumns(Type key) => new(Name,
    [
        .. key.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(property => RowColumn.Of(_properties.First(found => found.Name == property.Name), key)),
    ]);

    private Func<DbDataReader, object> Reading(ConstructorInfo constructor)
    {
        var reader = Expression.Parameter(typeof(DbDataReader));
        var values = _properties.Select((property, i) => From(
            property,
            Expression.Call(reader, nameof(DbDataReader.GetFieldValue), [RowColumn.StoredType(property)], Expression.Constant(i)),
            Expression.Call(reader, nameof(DbDataReader.IsDBNull), [], Expression.Constant(i))));
        return Expression.Lambda<Func<DbDataReader, object>>(Expression.New(constructor, values), reader).Compile();
    }

    private Func<object?[], object> Making(ConstructorInfo constructor)
    {
        var given = Expression.Parameter(typeof(object?[]));
        var values = _properties.Select((property, i) => From(
            property,
            Expression.Convert(Expression.ArrayIndex(given, Expression.Constant(i)), RowColumn.StoredType(property)),
            Expression.ReferenceEqual(Expression.ArrayIndex(given, Expression.Constant(i)), Expression.Constant(null))));
        return Expression.Lambda<Func<object?[], object>>(Expression.New(constructor, values), given).Compile();
    }

    /// <summary>Converts a stored value to the value of its property.</summary>
    private static Expression From(IProperty property, Expression stored, Expression isNull)
    {
        if (property.GetTypeMapping().Converter is { } converter)
        {
            var convert = converter.ConvertFromProviderExpression;
            stored = ReplacingExpressionVisitor.Replace(convert.Parameters[0], stored, convert.Body);
        }

        var value = Expression.Convert(stored, property.ClrType);
        return property.IsNullable ? Expression.Condition(isNull, Expression.Default(property.ClrType), value) : value;
    }
}

/// <summary>The columns that a kind of key matches, in the order of its properties.</summary>
internal sealed class KeyColumns(string table, IReadOnlyList<RowColumn> columns)
{
    private readonly ulong _start = Fnv.Add(Fnv.Start, System.Text.Encoding.UTF8.GetBytes(table));
    private readonly byte[][] _names = [.. columns.Select(column => System.Text.Encoding.UTF8.GetBytes(column.Name))];

    public IReadOnlyList<RowColumn> Columns { get; } = columns;

    /// <summary>
    /// A hash of the key that is the same in every process: FNV-1a over the table and the key's values as they are stored.
    /// Two keys with the same hash only cost a needless look-up.
    /// </summary>
    public long Stamp(Key key)
    {
        var hash = _start;
        for (var i = 0; i < _names.Length; i++)
        {
            hash = Columns[i].AddTo(Fnv.Add(hash, _names[i]), key);
        }

        return unchecked((long)hash);
    }
}

/// <summary>FNV-1a over values one after another, each ended by a byte that UTF-8 never contains.</summary>
internal static class Fnv
{
    public const ulong Start = 14695981039346656037;
    private const ulong _prime = 1099511628211;
    private const int _short = 128;

    public static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            foreach (var value in bytes)
            {
                hash = (hash ^ value) * _prime;
            }

            return (hash ^ 0xFF) * _prime;
        }
    }

    /// <summary>A value as it is stored: bytes, a UUID, or the text of anything else.</summary>
    public static ulong AddValue<TValue>(ulong hash, TValue value)
    {
        Span<byte> bytes = stackalloc byte[_short];
        switch (value)
        {
            case byte[] given:
                return Add(hash, given);
            case Guid id:
                return id.TryWriteBytes(bytes, bigEndian: true, out var size) ? Add(hash, bytes[..size]) : throw new InvalidOperationException("A UUID has 16 bytes.");
            default:
                var text = value as string ?? $"{value}";
                return System.Text.Encoding.UTF8.TryGetBytes(text, bytes, out var written) ? Add(hash, bytes[..written]) : Add(hash, System.Text.Encoding.UTF8.GetBytes(text));
        }
    }
}

/// <summary>A column, which gets its values from rows or keys as they are stored.</summary>
internal abstract class RowColumn(IProperty property)
{
    public string Name { get; } = property.GetColumnName();

    /// <summary>The value of one row or key; null where it has none.</summary>
    public abstract object? Value(object owner);

    /// <summary>Adds the value of one row or key to a hash.</summary>
    public abstract ulong AddTo(ulong hash, object owner);

    /// <summary>The values of many rows or keys, as an array of the stored type.</summary>
    public abstract Array Values(IReadOnlyList<object> owners);

    public static RowColumn Of(IProperty property, Type owner)
    {
        var stored = StoredType(property);
        var value = property.IsNullable && stored.IsValueType ? typeof(Nullable<>).MakeGenericType(stored) : stored;
        return (RowColumn)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(value), property, owner)!;
    }

    public static Type StoredType(IProperty property) => property.GetTypeMapping().Converter is ValueConverter converter
        ? converter.ProviderClrType
        : Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;

    private sealed class Typed<TValue>(IProperty property, Type owner) : RowColumn(property)
    {
        private readonly Lazy<Func<object, TValue>> _get = new(() => Getting(property, owner));

        public override object? Value(object owner) => _get.Value(owner);

        public override ulong AddTo(ulong hash, object owner) => Fnv.AddValue(hash, _get.Value(owner));

        public override Array Values(IReadOnlyList<object> owners)
        {
            var (values, get) = (new TValue[owners.Count], _get.Value);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = get(owners[i]);
            }

            return values;
        }

        private static Func<object, TValue> Getting(IProperty property, Type owner)
        {
            var row = Expression.Parameter(typeof(object));
            Expression given = Expression.Property(Expression.Convert(row, owner), property.Name);
            var isOptional = Nullable.GetUnderlyingType(given.Type) is not null;
            var value = isOptional ? Expression.Property(given, nameof(Nullable<>.Value)) : given;
            if (property.GetTypeMapping().Converter is { } converter)
            {
                var convert = converter.ConvertToProviderExpression;
                value = ReplacingExpressionVisitor.Replace(convert.Parameters[0], Expression.Convert(value, convert.Parameters[0].Type), convert.Body);
            }

            value = Expression.Convert(value, typeof(TValue));
            return Expression.Lambda<Func<object, TValue>>(
                isOptional ? Expression.Condition(Expression.Property(given, nameof(Nullable<>.HasValue)), value, Expression.Default(typeof(TValue))) : value, row).Compile();
        }
    }
}

/// <summary>The tables of the model, by the type of their rows.</summary>
internal sealed class RowTables
{
    private readonly Dictionary<Type, RowTable> _tables = [];
    private readonly ConcurrentDictionary<Type, (RowTable Table, bool IsSet)> _byKey = [];

    /// <param name="model">The database's model.</param>
    /// <param name="references">References of rows beside the model's foreign keys.</param>
    public RowTables(IModel model, IReadOnlyDictionary<Type, Type[]>? references = null)
    {
        var waiting = model.GetEntityTypes().OrderBy(entity => entity.Name, StringComparer.Ordinal).ToList();
        while (waiting.Count > 0)
        {
            // Each table comes after the tables that it refers to.
            var next = waiting.First(entity => entity.GetForeignKeys().Select(key => key.PrincipalEntityType.ClrType)
                .Concat(references?.GetValueOrDefault(entity.ClrType) ?? []).All(_tables.ContainsKey));
            _tables.Add(next.ClrType, new RowTable(next, _tables.Count));
            waiting.Remove(next);
        }
    }

    public RowTable this[Type row] => _tables[row];

    public IEnumerable<RowTable> All => _tables.Values;

    /// <summary>The table that a key looks into, and whether it finds a set.</summary>
    public (RowTable Table, bool IsSet) For(Type key) => _byKey.TryGetValue(key, out var known) ? known : _byKey.GetOrAdd(key, Find);

    /// <summary>The hash of a key that is the same in every process: see <see cref="KeyColumns.Stamp"/>.</summary>
    public long Stamp(Key key) => For(key.GetType()).Table.ColumnsOf(key.GetType()).Stamp(key);

    private (RowTable Table, bool IsSet) Find(Type key)
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
