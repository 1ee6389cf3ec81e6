//! Forms at the desk of whoever designs them: files of other tools, read and written.

pub mod workbook;
