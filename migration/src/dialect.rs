//! The twins: everything in the schema that SQLite and PostgreSQL spell differently.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs statements separated by `;`, with the column types `:uuid`, `:time`, `:date`, `:bytes`, `:json` and `:bool`
/// spelled for the database at hand, and so what makes and takes apart JSON. An `:exact` text is in the order of its letters'
/// numbers in both, so that texts that begin alike stand together.
pub async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let spelled = spell(db.get_database_backend(), statements);
    for statement in spelled.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}

fn spell(backend: DbBackend, statements: &str) -> String {
    let types = match backend {
        DbBackend::Postgres => [
            (":uuid", "uuid"),
            (":time", "timestamptz"),
            (":date", "date"),
            (":bytes", "bytea"),
            (":object(", "jsonb_build_object("),
            (":list(", "jsonb_agg("),
            (":each(", "jsonb_array_elements("),
            (":patched(", "jsonb_concat("),
            (":yes", "CAST('true' AS jsonb)"),
            (":no", "CAST('false' AS jsonb)"),
            (":empty_list", "CAST('[]' AS jsonb)"),
            (":json_of(", "("),
            (":json", "jsonb"),
            (":bool", "boolean"),
            (":exact", "text COLLATE \"C\""),
        ],
        _ => [
            (":uuid", "uuid_text"),
            (":time", "timestamp_with_timezone_text"),
            (":date", "date_text"),
            (":bytes", "blob"),
            (":object(", "json_object("),
            (":list(", "json_group_array("),
            (":each(", "json_each("),
            (":patched(", "json_patch("),
            (":yes", "json('true')"),
            (":no", "json('false')"),
            (":empty_list", "'[]'"),
            (":json_of(", "json("),
            (":json", "json_text"),
            (":bool", "boolean"),
            (":exact", "text"),
        ],
    };
    types.iter().fold(statements.to_owned(), |text, (name, spelling)| text.replace(name, spelling))
}

/// Makes a table append-only in the database itself, whatever the code above it tries.
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    match db.get_database_backend() {
        DbBackend::Postgres => append_only_on_postgres(db, table).await,
        _ => append_only_on_sqlite(db, table).await,
    }
}

/// Takes back [`append_only`], for a change that rewrites what is there.
pub async fn mutable(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        return db.execute_unprepared(&format!("DROP TRIGGER {table}_append_only ON {table}")).await.map(|_| ());
    }
    for verb in ["UPDATE", "DELETE"] {
        db.execute_unprepared(&format!("DROP TRIGGER {table}_no_{verb}")).await?;
    }
    Ok(())
}

/// Lets a purge take rows away from an append-only table whose rows have an `id` and a `record_id`, if one of the two is on its
/// list; nothing else may, and nothing may be changed.
pub async fn append_only_but_for_purges(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    const LISTED: &str = "EXISTS (SELECT 1 FROM purge_list WHERE purge_list.id IN (OLD.id, OLD.record_id))";
    let db = manager.get_connection();
    if db.get_database_backend() != DbBackend::Postgres {
        db.execute_unprepared(&format!("DROP TRIGGER {table}_no_DELETE")).await?;
        let trigger = format!(
            "CREATE TRIGGER {table}_no_DELETE BEFORE DELETE ON {table} WHEN NOT {LISTED} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        );
        return db.execute_unprepared(&trigger).await.map(|_| ());
    }
    db.execute_unprepared(&format!(
        "CREATE OR REPLACE FUNCTION refuse_unless_purged() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF TG_OP = 'DELETE' AND {LISTED} THEN RETURN OLD; END IF; \
         RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    ))
    .await?;
    mutable(manager, table).await?;
    let trigger = format!(
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION refuse_unless_purged()"
    );
    db.execute_unprepared(&trigger).await.map(|_| ())
}

async fn append_only_on_sqlite(db: &SchemaManagerConnection<'_>, table: &str) -> Result<(), DbErr> {
    for verb in ["UPDATE", "DELETE"] {
        db.execute_unprepared(&format!(
            "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ))
        .await?;
    }
    Ok(())
}

async fn append_only_on_postgres(db: &SchemaManagerConnection<'_>, table: &str) -> Result<(), DbErr> {
    db.execute_unprepared(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    )
    .await?;
    db.execute_unprepared(&format!(
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ))
    .await?;
    Ok(())
}

/// Refuses updates of a table's rows under a condition on `OLD` and `NEW`, in the database itself.
pub async fn refuse_updates(
    manager: &SchemaManager<'_>,
    table: &str,
    condition: &str,
    words: &str,
) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(
            "CREATE OR REPLACE FUNCTION refuse_in_words() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$",
        )
        .await?;
        db.execute_unprepared(&format!(
            "CREATE TRIGGER {table}_refuses BEFORE UPDATE ON {table} \
             FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse_in_words('{words}')"
        ))
        .await?;
        return Ok(());
    }
    db.execute_unprepared(&format!(
        "CREATE TRIGGER {table}_refuses BEFORE UPDATE ON {table} WHEN {condition} \
         BEGIN SELECT RAISE(ABORT, '{words}'); END"
    ))
    .await?;
    Ok(())
}

/// Makes the database refuse rows of a table that is there already and for which a condition holds, in which
/// `:row.` stands before every column. SQLite cannot add a CHECK to a table, so there it is a trigger.
pub async fn never(manager: &SchemaManager<'_>, table: &str, name: &str, condition: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        let condition = condition.replace(":row.", "");
        let check = format!("ALTER TABLE {table} ADD CONSTRAINT {table}_never_{name} CHECK (NOT ({condition}))");
        return db.execute_unprepared(&check).await.map(|_| ());
    }
    let condition = condition.replace(":row.", "NEW.");
    for verb in ["INSERT", "UPDATE"] {
        db.execute_unprepared(&format!(
            "CREATE TRIGGER {table}_never_{name}_on_{verb} BEFORE {verb} ON {table} WHEN {condition} \
             BEGIN SELECT RAISE(ABORT, '{table} is never {name}'); END"
        ))
        .await?;
    }
    Ok(())
}
