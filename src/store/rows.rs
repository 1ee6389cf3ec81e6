//! Many rows in one statement, whose text is the same however many there are, so that PostgreSQL parses and plans it
//! once. There they travel as one JSON document or one array; SQLite, which plans in no time, spells them out.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, IdenStatic,
    IntoActiveModel, Iterable, Statement, Value,
    sea_query::{Expr, SimpleExpr, extension::postgres::PgFunc},
};
use serde_json::{Map, Value as Json};

/// Whether a column has one of these values.
pub fn among<C: ColumnTrait, V: Into<Value>>(
    backend: DbBackend,
    column: C,
    values: impl IntoIterator<Item = V>,
) -> SimpleExpr {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    match values.first().map(Value::array_type) {
        Some(kind) if backend == DbBackend::Postgres => {
            let array = Value::Array(kind, Some(Box::new(values)));
            Expr::col(column.as_column_ref()).eq(PgFunc::any(Expr::val(array)))
        }
        _ => column.is_in(values),
    }
}

/// Adds rows to their table, in this order.
pub async fn add_all<E>(conn: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    if rows.is_empty() {
        return Ok(());
    }
    let backend = conn.get_database_backend();
    if backend != DbBackend::Postgres || rows.len() == 1 {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        return E::insert_many(rows).exec_without_returning(conn).await.map(|_| ());
    }
    let table = E::default();
    let columns = E::Column::iter().map(|column| format!("\"{}\"", column.as_str())).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "INSERT INTO \"{table}\" ({columns}) SELECT {columns} FROM {}",
        as_table(table.table_name()),
        table = table.table_name(),
    );
    let rows: Vec<Json> = rows.into_iter().map(as_json::<E>).collect::<Result<_, _>>()?;
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, [document(&rows)])).await.map(|_| ())
}

/// The first parameter as rows of a table, on PostgreSQL.
pub(super) fn as_table(table: &str) -> String {
    format!("json_populate_recordset(NULL::\"{table}\", CAST($1 AS text)::json)")
}

/// Rows as the parameter that [`as_table`] reads.
pub(super) fn document(rows: &[Json]) -> Value {
    Json::from(rows).to_string().into()
}

fn as_json<E: EntityTrait>(row: E::Model) -> Result<Json, DbErr>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut row = row.into_active_model();
    let mut fields = Map::new();
    for column in E::Column::iter() {
        if let Some(value) = row.take(column).into_value() {
            fields.insert(column.as_str().to_owned(), spell(value)?);
        }
    }
    Ok(Json::Object(fields))
}

/// A value as PostgreSQL reads it from JSON.
fn spell(value: Value) -> Result<Json, DbErr> {
    Ok(match value {
        Value::Bool(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::BigInt(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Uuid(value) => value.map(|value| value.to_string()).into(),
        Value::ChronoDate(value) => value.map(|value| value.to_string()).into(),
        Value::ChronoDateTimeUtc(value) => value.map(|value| value.to_rfc3339()).into(),
        Value::Json(value) => value.map_or(Json::Null, |value| *value),
        Value::Bytes(value) => value.map(|value| format!("\\x{}", data_encoding::HEXLOWER.encode(&value))).into(),
        other => return Err(DbErr::Type(format!("no column here holds {other:?}"))),
    })
}
