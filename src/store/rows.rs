//! Many rows in one statement, whose text is as good as always the same however many there are, so that PostgreSQL
//! parses and plans it once. There they travel as one array for each column; SQLite, which plans in no time, spells
//! them out.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, IdenStatic,
    IntoActiveModel, Iterable, Statement, Value,
    sea_query::{Expr, SimpleExpr, extension::postgres::PgFunc},
};

/// Whether a column has one of these values.
pub fn among<C: ColumnTrait, V: Into<Value>>(
    backend: DbBackend,
    column: C,
    values: impl IntoIterator<Item = V>,
) -> SimpleExpr {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    if backend != DbBackend::Postgres || values.is_empty() {
        return column.is_in(values);
    }
    Expr::col(column.as_column_ref()).eq(PgFunc::any(Expr::val(array(values))))
}

/// Values of one kind, none of them NULL, as one parameter for PostgreSQL.
pub(super) fn array(values: Vec<Value>) -> Value {
    let kind = values.first().map_or(Value::BigInt(None).array_type(), Value::array_type);
    Value::Array(kind, Some(Box::new(values)))
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
    let mut rows: Vec<_> = rows.into_iter().map(IntoActiveModel::into_active_model).collect();
    let backend = conn.get_database_backend();
    if backend != DbBackend::Postgres || rows.len() == 1 {
        return E::insert_many(rows).exec_without_returning(conn).await.map(|_| ());
    }
    let (mut columns, mut table) = (Vec::new(), Table::default());
    for column in E::Column::iter() {
        let values = rows.iter_mut().map(|row| row.take(column).into_value()).collect::<Option<Vec<_>>>();
        table.add(values.ok_or_else(|| DbErr::AttrNotSet(column.as_str().to_owned()))?);
        columns.push(format!("\"{}\"", column.as_str()));
    }
    let name = E::default();
    let sql = format!("INSERT INTO \"{}\" ({}) {}", name.table_name(), columns.join(", "), table.select());
    conn.execute_raw(Statement::from_sql_and_values(backend, sql, table.values)).await.map(|_| ())
}

/// Rows in one statement of [`add_in_parts`]: a statement of SQLite has 32,766 values at most.
const PART: usize = 500;

/// Adds any number of rows to their table, some hundred in a statement.
pub async fn add_in_parts<E>(conn: &impl ConnectionTrait, mut rows: Vec<E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(PART));
        add_all::<E>(conn, std::mem::replace(&mut rows, rest)).await?;
    }
    Ok(())
}

/// Columns as PostgreSQL reads them.
#[derive(Default)]
struct Table {
    read: Vec<String>,
    arrays: Vec<usize>,
    values: Vec<Value>,
}

impl Table {
    /// One column of every row. Where all say the same it is said once, except in the first, which tells how many
    /// rows there are.
    fn add(&mut self, values: Vec<Value>) {
        let said = values.iter().find(|value| **value != value.as_null()).cloned();
        let Some(said) = said.filter(|_| self.read.is_empty() || values.iter().any(|value| *value != values[0])) else {
            self.values.extend(values.into_iter().next());
            self.read.push(format!("${}", self.values.len()));
            return;
        };
        let unsaid: Vec<_> = values.iter().map(|value| *value == value.as_null()).collect();
        let some_unsaid = unsaid.contains(&true);
        // An array holds no NULL here: another of its values stands there, and next to it that it does not count.
        let filled = values.into_iter().zip(&unsaid).map(|(value, unsaid)| if *unsaid { said.clone() } else { value });
        let place = self.add_array(filled.collect());
        if some_unsaid {
            let mask = self.add_array(unsaid.into_iter().map(Value::from).collect());
            self.read.push(format!("CASE WHEN line.c{mask} THEN NULL ELSE line.c{place} END"));
        } else {
            self.read.push(format!("line.c{place}"));
        }
    }

    fn add_array(&mut self, values: Vec<Value>) -> usize {
        self.values.push(array(values));
        self.arrays.push(self.values.len());
        self.values.len()
    }

    fn select(&self) -> String {
        let each = |sign: &str| self.arrays.iter().map(|place| format!("{sign}{place}")).collect::<Vec<_>>().join(", ");
        format!("SELECT {} FROM UNNEST({}) AS line({})", self.read.join(", "), each("$"), each("c"))
    }
}
