//! Tables of records out: one form in all its versions, with what whoever asks may read. With a token in the header, or by a
//! link that was signed for one viewer.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    web::{self, Data},
};
use busfare_entity::words::{FormVersionId, Language, RecordId};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::{
    super::{
        clock,
        problem::Refused,
        receipts::{link_in, linked_viewer, viewer},
        session,
    },
    archive::{Turns, days},
};
use crate::{
    api::{
        error::Problem,
        messages::{Message, message},
        state::State,
    },
    rules::{
        calendar,
        cell::guarded,
        form::Definition,
        record_table::{Column, Filled, MOST_RECORDS, Table, TableRefusal, table},
        refusal::Refusal,
        scope::Needs,
        sight::Viewer,
        wording::FIRST,
    },
    store::{self, form::Content},
};

/// Most characters that a workbook takes in one cell.
const CELL_CHARS: usize = 32_767;

/// Records whose reading is noted with one statement.
const NOTED_AT_ONCE: usize = 500;

/// What a table takes of the turns that archives share: the largest costs 130 MB of memory.
const TURNS: u32 = 4;

/// What a table is written as.
#[derive(Clone, Copy)]
enum Format {
    Csv,
    Xlsx,
}

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
enum Unwritten {
    #[error("{0:?}")]
    Refused(TableRefusal),
    #[error("the table could not be written: {0}")]
    Csv(#[from] csv::Error),
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] XlsxError),
    #[error("the table could not be closed: {0}")]
    Closed(std::io::Error),
}

pub(super) async fn get_records(
    http: HttpRequest,
    place: web::Path<(String, String, String, String)>,
    state: Data<State>,
    turns: Data<Turns>,
) -> HttpResponse {
    let served = serve(&http, &place, &state, &turns).await;
    served.unwrap_or_else(|refused| refused.answer(&http, None))
}

async fn serve(
    http: &HttpRequest,
    (form, from, to, format): &(String, String, String, String),
    state: &State,
    turns: &Turns,
) -> Result<HttpResponse, Refused> {
    // Who asks for what?
    let viewer = match link_in(http) {
        Some(link) => linked_viewer(http, state, &link).await?,
        None => viewer(http, state, Needs::InPerson).await?,
    };
    let format = match format.as_str() {
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        _ => return Err(Problem::not_found().into()),
    };
    let form: FormVersionId = form.parse().map_err(|_| Problem::not_found())?;
    let form = store::form::by_ids(state.db.reader(), viewer.organisation, &[form]).await?.pop();
    let form = form.ok_or_else(Problem::not_found)?.template;
    let days = days(from, to).ok_or_else(|| {
        Refused::input(StatusCode::UNPROCESSABLE_ENTITY, "PERIOD_NOT_VALID", message!("table-days-not-valid"))
    })?;

    // Read it.
    let zone = store::people::zone(state.db.reader(), viewer.organisation).await?;
    let wanted = (form.id, calendar::between(days, zone));
    if store::record_table::count(state.db.reader(), &viewer, wanted).await? > MOST_RECORDS {
        return Err(Refused::input(StatusCode::UNPROCESSABLE_ENTITY, "TOO_MANY_RECORDS", message!("table-too-large")));
    }
    let _turn = turns.take(TURNS)?;
    let versions = store::record_table::versions(state.db.reader(), form.id).await?;
    let (filled, others) =
        store::record_table::filled(state.db.reader(), &viewer, wanted, &versions, MOST_RECORDS).await?;
    note(state, &viewer, &others).await;

    // Write it. Sums over cells take a while; the requests do not wait for them.
    let language = session::language(http);
    let written = tokio::task::spawn_blocking(move || written(&versions, &filled, format, language)).await;
    let bytes = match written.map_err(Refused::later)? {
        Ok(bytes) => bytes,
        Err(Unwritten::Refused(refusal)) => {
            let words = Message::in_both(|language| refusal.words(language));
            return Err(Refused::input(StatusCode::UNPROCESSABLE_ENTITY, "TABLE_TOO_LARGE", words));
        }
        Err(error) => return Err(Refused::later(error)),
    };
    let (media_type, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    let code: String = form.code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
    let name = format!("{code}-{}-{}.{ending}", days.0, days.1);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((VARY, "Authorization, Accept-Language"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .body(bytes))
}

/// Notes that she reads what others wrote. Where that cannot be noted she has it all the same.
async fn note(state: &State, viewer: &Viewer, others: &[RecordId]) {
    let now = clock::now();
    for records in others.chunks(NOTED_AT_ONCE) {
        if let Err(error) = store::restricted::note(&state.db, viewer.id, records, now.date_naive(), now).await {
            tracing::warn!(%error, reader = %viewer.id, records = records.len(), "it was not noted who reads records");
        }
    }
}

fn written(
    versions: &[Arc<Content>],
    filled: &[Filled],
    format: Format,
    language: Language,
) -> Result<Vec<u8>, Unwritten> {
    let definitions: Vec<&Definition> = versions.iter().map(|content| &content.definition).collect();
    let table = table(&definitions, filled, language).map_err(Unwritten::Refused)?;
    match format {
        Format::Csv => as_csv(&table),
        Format::Xlsx => Ok(as_xlsx(&table)?),
    }
}

fn as_csv(table: &Table) -> Result<Vec<u8>, Unwritten> {
    // Spreadsheets take a table for UTF-8 only where it says so.
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(&table.header)?;
    for row in &table.rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| Unwritten::Closed(error.into_error()))
}

/// Every cell is a string, so no spreadsheet calculates it.
fn as_xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut file = Workbook::new();
    let records = file.add_worksheet().set_name("Records")?;
    put(records, 0, &table.header)?;
    for (number, row) in (1..).zip(&table.rows) {
        put(records, number, row)?;
    }
    records.set_freeze_panes(1, 1)?;
    let questions = file.add_worksheet().set_name("Questions")?;
    put(questions, 0, &["column", "question", "cwestiwn", "choices"].map(str::to_owned))?;
    for (number, column) in (1..).zip(&table.columns) {
        put(questions, number, &told(column))?;
    }
    file.save_to_buffer()
}

/// What was asked in a column, and what its codes mean.
fn told(column: &Column) -> [String; 4] {
    let said = |language| column.prompt.as_ref().map_or("", |prompt| prompt.said_in(language));
    let choices = column.choices.iter().map(|choice| format!("{} = {}", choice.code, choice.label.said_in(FIRST)));
    let cells = [&column.heading, said(FIRST), said("cy"), &choices.collect::<Vec<_>>().join("; ")];
    cells.map(|cell| guarded(cell).into_owned())
}

fn put(sheet: &mut Worksheet, row: u32, cells: &[String]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        match cell.char_indices().nth(CELL_CHARS) {
            None => sheet.write_string(row, column, cell)?,
            // The other format has all of it.
            Some((end, _)) => sheet.write_string(row, column, &cell[..end])?,
        };
    }
    Ok(())
}
