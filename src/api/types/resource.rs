//! Services of the community: who else can help, where, when, and how sure one can be of it.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{introduction, words::ResourceStatus};
use url::Url as Address;

use super::{people::Practitioner, person::Person, record::Record};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders::{self, ZoneOf},
        scalars::{Date, DateTime, Url},
    },
    rules::{
        calendar,
        directory::{self, Assured, Status},
    },
    store::directory::Kept,
};

/// A service of the community.
pub struct Resource(pub Kept);

/// A service of the community, as its publisher describes it in Open Referral UK. An app needs the scope `DIRECTORY_READ`.
#[Object]
impl Resource {
    /// Its id here, `rsrc_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.row.id.to_string().into()
    }

    /// Its id, as its publisher has it.
    async fn published_id(&self) -> &str {
        &self.0.row.published_id
    }

    /// All of it as it was published, as JSON, for anybody.
    async fn published_url(&self) -> Answer<Url> {
        published_at(&self.0.row.published_id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.shown.name
    }

    /// Whether it can be gone to.
    async fn status(&self) -> ResourceStatus {
        match self.0.shown.status {
            Status::Active => ResourceStatus::Active,
            Status::TemporarilyClosed => ResourceStatus::TemporarilyClosed,
            Status::Ended => ResourceStatus::Ended,
        }
    }

    /// What it does; empty where nobody says.
    async fn description(&self) -> &str {
        &self.0.shown.description
    }

    /// Something to know first; empty where there is nothing.
    async fn alert(&self) -> &str {
        &self.0.shown.alert
    }

    /// Whose it is.
    async fn provided_by(&self) -> Option<&str> {
        self.0.shown.organisation.as_ref().map(|organisation| organisation.name.as_str())
    }

    /// What it is for, at most 50.
    async fn needs(&self) -> Vec<ResourceNeed> {
        let need = |need: &directory::Need| ResourceNeed {
            id: need.id.clone(),
            name: need.name.clone(),
            taxonomy: need.taxonomy.clone(),
        };
        self.0.shown.needs.iter().map(need).collect()
    }

    /// Its page.
    async fn url(&self) -> Option<&str> {
        self.0.shown.url.as_deref()
    }

    /// Where to write to.
    async fn email(&self) -> Option<&str> {
        self.0.shown.email.as_deref()
    }

    /// Numbers to ring.
    async fn phones(&self) -> &[String] {
        &self.0.shown.phones
    }

    /// Whom to ask for, at most 50.
    async fn contacts(&self) -> Vec<ResourceContact> {
        let contact =
            |contact: &directory::Contact| ResourceContact { name: contact.name.clone(), title: contact.title.clone() };
        self.0.shown.contacts.iter().map(contact).collect()
    }

    /// What it costs; empty where nobody says.
    async fn fees(&self) -> &str {
        &self.0.shown.fees
    }

    /// From which age.
    async fn minimum_age(&self) -> Option<i32> {
        self.0.shown.minimum_age.map(i32::from)
    }

    /// Up to which age.
    async fn maximum_age(&self) -> Option<i32> {
        self.0.shown.maximum_age.map(i32::from)
    }

    /// In which languages.
    async fn languages(&self) -> &[String] {
        &self.0.shown.languages
    }

    /// Where it is, at most 50 places.
    async fn places(&self) -> Vec<ResourcePlace> {
        self.0.shown.places.iter().map(ResourcePlace::of).collect()
    }

    /// When it is open, at most 50.
    async fn times(&self) -> Vec<ResourceTimes> {
        let times = |times: &directory::Times| ResourceTimes {
            description: times.description.clone(),
            rule: times.rule.clone(),
            opens_at: times.opens_at.clone(),
            closes_at: times.closes_at.clone(),
        };
        self.0.shown.times.iter().map(times).collect()
    }

    /// When somebody last made sure of it.
    async fn assured_on(&self) -> Option<Date> {
        self.0.shown.assured_on.map(Date)
    }

    /// Whether nobody has made sure of it within six months, so that it is as well to ring before anybody goes there.
    async fn stale(&self, ctx: &Context<'_>) -> Answer<bool> {
        let zone = loaders::must(ctx.loaders()?, ZoneOf(self.0.row.organisation_id)).await?;
        Ok(Assured::is_stale(self.0.assured(calendar::day(ctx.now()?, zone))))
    }

    /// When it last came here other than it was.
    async fn imported_at(&self) -> DateTime {
        DateTime(self.0.row.imported_at)
    }

    /// When its publisher had it no more; none while it is there.
    async fn gone_at(&self) -> Option<DateTime> {
        self.0.row.gone_at.map(DateTime)
    }
}

/// The address of a service on this server, whatever is in its publisher's id.
fn published_at(id: &str) -> Answer<Url> {
    let mut address = Address::parse("http://localhost/open-referral/services").map_err(Problem::internal)?;
    if let Ok(mut path) = address.path_segments_mut() {
        path.push(id);
    }
    Ok(Url(address.path().to_owned()))
}

/// What a service is for: a term of a taxonomy. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct ResourceNeed {
    /// Its id, as its publisher has it.
    id: String,
    /// What it is called.
    name: String,
    /// In which taxonomy; empty where nobody says.
    taxonomy: String,
}

/// Whom to ask for. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct ResourceContact {
    /// Their name; empty where nobody says.
    name: String,
    /// What they do; empty where nobody says.
    title: String,
}

/// When a service is open. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct ResourceTimes {
    /// In words; empty where nobody says.
    description: String,
    /// As a recurrence rule (RFC 5545, section 3.3.10), as far as it is given.
    rule: Option<String>,
    /// From when, on the wall, as its publisher writes it.
    opens_at: Option<String>,
    /// Until when.
    closes_at: Option<String>,
}

/// A place, and how people get in. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct ResourcePlace {
    /// What it is called; empty where nobody says.
    name: String,
    /// Its address, a line each.
    address: Vec<String>,
    /// Its postcode.
    postcode: Option<String>,
    /// Degrees north (WGS 84).
    latitude: Option<f64>,
    /// Degrees east (WGS 84).
    longitude: Option<f64>,
    /// How people get in and about: steps, toilets, loops, quiet rooms, parking.
    accessibility: Vec<String>,
}

impl ResourcePlace {
    fn of(place: &directory::Place) -> Self {
        Self {
            name: place.name.clone(),
            address: place.address.clone(),
            postcode: place.postcode.clone(),
            latitude: place.point.map(directory::Point::latitude),
            longitude: place.point.map(directory::Point::longitude),
            accessibility: place.accessibility.clone(),
        }
    }

    /// Where a hub is.
    pub fn of_hub(venue: directory::Venue) -> Self {
        let directory::Address { street, city, county, postcode } = venue.address;
        Self {
            name: venue.name,
            address: [street, city, county].into_iter().filter(|line| !line.is_empty()).collect(),
            postcode: Some(postcode).filter(|postcode| !postcode.is_empty()),
            latitude: venue.point.map(directory::Point::latitude),
            longitude: venue.point.map(directory::Point::longitude),
            accessibility: venue.accessibility,
        }
    }
}

/// A service that was found. An app needs the scope `DIRECTORY_READ`.
#[derive(SimpleObject)]
pub struct FoundResource {
    /// The service.
    pub resource: Resource,
    /// How many metres away the nearest of its places is, as the crow flies; none where `near` was not given.
    pub metres: Option<u32>,
}

/// A service pointed out to somebody.
pub struct Introduction(pub introduction::Model);

/// A service of the community that was pointed out to somebody, and by whom. An app needs the scope `PEOPLE_READ`.
#[Object]
impl Introduction {
    /// Its id, `intr_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The service, as it is now.
    async fn resource(&self, ctx: &Context<'_>) -> Answer<Resource> {
        loaders::must(ctx.loaders()?, self.0.resource_id).await.map(Resource)
    }

    /// The record of the conversation, if it was one that you may see.
    async fn record(&self, ctx: &Context<'_>) -> Answer<Option<Record>> {
        match self.0.record_id {
            Some(record) => Ok(loaders::maybe(ctx.loaders()?, record).await?.map(Record)),
            None => Ok(None),
        }
    }

    /// The person, where it was in no record and you may see them.
    async fn person(&self, ctx: &Context<'_>) -> Answer<Option<Person>> {
        match self.0.person_id {
            Some(person) => Ok(loaders::maybe(ctx.loaders()?, person).await?.map(Person)),
            None => Ok(None),
        }
    }

    /// A few words about it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Who pointed it out.
    async fn introduced_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.introduced_by).await.map(Practitioner)
    }

    /// When.
    async fn introduced_at(&self) -> DateTime {
        DateTime(self.0.introduced_at)
    }
}
