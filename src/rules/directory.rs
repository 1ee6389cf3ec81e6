//! The directory of the community: who else can help, in the terms of Open Referral UK 3. Every service is kept as it was
//! published, whatever else is in it, so that it can be passed on as it came; what a phone shows is read from it.

mod assured;
mod draft;
mod feed;
mod hub;
mod place;
mod publish;
mod refusal;
mod resource;
mod search;
mod shape;

pub use self::{
    assured::{Assured, STALE_MONTHS, assured},
    draft::{NOTE_CHARS, VenueDraft, note},
    feed::{Feed, MOST_PROBLEMS, MOST_SERVICES, Page, Problem, Record, SERVICE_BYTES, read_page},
    hub::{Address, Hub, Venue, as_location, as_service, venue},
    place::{Area, Point, around},
    publish::{MOST_PER_PAGE, PER_PAGE, envelope},
    refusal::DirectoryRefusal,
    resource::{Contact, Need, Organisation, Place, Resource, Status, Times, resource},
    search::{Found, Wanted, as_name, found_by, meant_by, need_meant, needs_of, search},
    shape::{LOCATION, SERVICE, Shape, check},
};

#[cfg(test)]
#[path = "directory/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "directory/standard_tests.rs"]
mod standard_tests;
