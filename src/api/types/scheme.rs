//! The scheme of delegation: who may decide what, signed, in versions that are never edited.

use std::sync::Arc;

use async_graphql::{Context, Object};
use busfare_entity::{
    scheme,
    words::{DecidesFor, Language, PractitionerId},
};
use data_encoding::HEXLOWER;

use super::people::Practitioner;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::DateTime,
    },
    rules::scheme::{Line, Named, Roll, explain},
    store,
};

/// One signed version of the scheme of delegation.
pub struct SchemeVersion(pub scheme::Model);

/// One signed version of the scheme of delegation. It is never edited: a change is a new version, and what was decided under
/// an old one stays as it was. An app needs the scope `TEAM_READ`.
#[Object]
impl SchemeVersion {
    /// Counts from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The senior who signed it.
    async fn signed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.signed_by).await.map(Practitioner)
    }

    /// When it was signed.
    async fn signed_at(&self) -> DateTime {
        DateTime(self.0.signed_at)
    }

    /// The SHA-256 of its content, in hexadecimal. The signature is over these bytes.
    async fn content_sha256(&self) -> String {
        HEXLOWER.encode(&self.0.content_sha256)
    }

    /// The Ed25519 signature of the hash, in hexadecimal.
    async fn signature(&self) -> String {
        HEXLOWER.encode(&self.0.signature)
    }

    /// Which key of `/.well-known/jwks.json` verifies the signature.
    async fn key_id(&self) -> &str {
        &self.0.key_id
    }

    /// In force from here, until a newer version is.
    async fn valid_from(&self) -> DateTime {
        DateTime(self.0.valid_from)
    }

    /// In force until here at the latest; none where no end is set.
    async fn valid_to(&self) -> Option<DateTime> {
        self.0.valid_to.map(DateTime)
    }
}

/// A version of the scheme of delegation with its grants.
pub struct Scheme {
    row: scheme::Model,
    grants: Vec<SchemeGrant>,
}

/// A version of the scheme of delegation with its grants, in plain words. An app needs the scope `TEAM_READ`.
#[Object]
impl Scheme {
    /// Which version, and who signed it.
    async fn version(&self) -> SchemeVersion {
        SchemeVersion(self.row.clone())
    }

    /// Who may decide what, in the order it was written in.
    async fn grants(&self) -> &[SchemeGrant] {
        &self.grants
    }

    /// The file it was published from; none where it was not published from one.
    async fn source(&self) -> Option<&str> {
        self.row.source.as_deref()
    }
}

impl Scheme {
    /// A version with everything in it, in a constant number of statements.
    pub async fn load(ctx: &Context<'_>, row: scheme::Model) -> Answer<Self> {
        let (reader, organisation) = (ctx.reader()?, row.organisation_id);
        let version = store::scheme::whole(reader, row).await?;
        let everybody = Arc::new(store::scheme::everybody(reader, organisation).await?);
        let zone = store::people::zone(reader, organisation).await?;
        let written = store::scheme::as_written(&version, &everybody, zone);
        let grantors = version.granted.iter().map(|granted| granted.delegation.grantor_id);
        let grants = written.lines.into_iter().zip(grantors);
        let grants =
            grants.map(|(line, grantor)| SchemeGrant { line, grantor, everybody: everybody.clone() }).collect();
        Ok(Self { row: version.row, grants })
    }
}

/// One grant of the scheme of delegation.
pub struct SchemeGrant {
    line: Line,
    grantor: PractitionerId,
    everybody: Arc<Roll>,
}

/// One grant of the scheme of delegation, in plain words. An app needs the scope `TEAM_READ`.
#[Object]
impl SchemeGrant {
    /// Its key, which it keeps from version to version. What is used of its limits is counted by it.
    async fn line(&self) -> &str {
        &self.line.key
    }

    /// To whom: a person, everybody with a role, or everybody in a team.
    async fn to(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        let language = language.unwrap_or(ctx.language()?);
        Ok(Named::From(&self.everybody).grantee(&self.line.grantee, language))
    }

    /// The whole grant in a few sentences: who may decide how much, for what, where and when.
    async fn words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        Ok(explain(&self.line, Named::From(&self.everybody), language.unwrap_or(ctx.language()?)))
    }

    /// The named senior who granted it.
    async fn grantor(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.grantor).await.map(Practitioner)
    }

    /// The senior's signed words that stand behind every decision under it. We have your back.
    async fn backing_statement(&self) -> &str {
        &self.line.backing
    }

    /// For whose spends it may decide, besides one's own.
    async fn decides_for(&self) -> DecidesFor {
        self.line.decides_for
    }
}
