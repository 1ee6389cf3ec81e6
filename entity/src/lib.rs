//! What Busfare remembers: one file per table, and `words`, the typed ids and closed lists
//! that tables, rules and API share so that a thing has one name everywhere.

pub mod webhook;
pub mod words;

// The people and their places.
pub mod app;
pub mod hub;
pub mod organisation;
pub mod person;
pub mod person_key;
pub mod person_merge;
pub mod person_warning;
pub mod practitioner;
pub mod practitioner_hub;
pub mod team;

// Who is there, and who stands in for whom.
pub mod absence;
pub mod duty;

// Who is signed in.
pub mod refresh_token;
pub mod session;

// Who may decide what.
pub mod delegation;
pub mod delegation_hub;
pub mod delegation_method;
pub mod delegation_purpose;
pub mod delegation_window;
pub mod say;
pub mod scheme;

// The money and what it was for.
pub mod action_use;
pub mod allowance;
pub mod ask;
pub mod authorization_code;
pub mod budget;
pub mod budget_closing;
pub mod budget_entry;
pub mod budget_mode_change;
pub mod offline_spend;
pub mod refund;
pub mod spend;
pub mod spend_change;
pub mod spend_message;
pub mod spend_person;
pub mod spend_purpose;
pub mod verdict;
pub mod virement;
pub mod virement_limit;

// What is told and learned afterwards.
pub mod learning;
pub mod learning_note;
pub mod learning_participant;
pub mod notice;
pub mod policy;
pub mod policy_comment;
pub mod promise;
pub mod reflection;
pub mod reflection_note;
pub mod reflection_participant;
pub mod said;

// What the people who are helped say afterwards.
pub mod feedback_answer;
pub mod feedback_ask;

// The books: months that closed, and what finance took away.
pub mod difference_note;
pub mod export_batch;
pub mod export_chunk;
pub mod export_line;
pub mod export_mapping;
pub mod month_close;
pub mod month_close_difference;
pub mod month_close_line;
pub mod reversal;

// The ways of paying.
pub mod card;
pub mod card_match;
pub mod cash_advance;
pub mod cash_recipient;
pub mod imprest;
pub mod imprest_count;
pub mod imprest_entry;
pub mod imprest_explanation;
pub mod imprest_handover;
pub mod reimbursement;
pub mod statement_import;
pub mod statement_line;
pub mod supplier_order;
pub mod voucher;

// The evidence.
pub mod no_receipt_note;
pub mod possible_duplicate;
pub mod receipt;
pub mod receipt_confirmation;
pub mod receipt_link;
pub mod receipt_page;
pub mod receipt_print;
pub mod receipt_reading;
pub mod receipt_sheet;
pub mod receipt_word;
pub mod upload;
pub mod upload_part;

// The recording.
pub mod answer;
pub mod answer_aside;
pub mod answer_use;
pub mod appointment;
pub mod appointment_person;
pub mod appointment_step;
pub mod appointment_wish;
pub mod calendar_feed;
pub mod council_closure;
pub mod council_identity;
pub mod council_token;
pub mod disclosure;
pub mod disclosure_field;
pub mod first_yes;
pub mod form_content;
pub mod form_draft;
pub mod form_item;
pub mod form_offer;
pub mod form_template;
pub mod form_version;
pub mod form_waiver;
pub mod hub_place;
pub mod hub_session;
pub mod hub_session_change;
pub mod introduction;
pub mod practice_group_member;
pub mod purge_list;
pub mod purge_run;
pub mod question;
pub mod question_version;
pub mod record;
pub mod record_access;
pub mod record_activity;
pub mod record_capture;
pub mod record_hold;
pub mod record_opening;
pub mod record_person;
pub mod record_statement;
pub mod record_upgrade;
pub mod resource;
pub mod resource_key;
pub mod resource_need;
pub mod resource_place;

// What is to be done after a change.
pub mod job;

// What leaves the house.
pub mod digest;
pub mod outbox;
pub mod passkey;
pub mod passkey_challenge;
pub mod push_device;
pub mod reminder;
pub mod second_step;

// What was already answered, and which installation this is.
pub mod idempotency;
pub mod installation;

// What happened, in one order, and who may hear of it.
pub mod event;
pub mod event_head;
pub mod feed;
pub mod unsealed_event;
