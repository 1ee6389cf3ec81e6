//! Settings of S3-compatible storage, where pictures are kept when one machine's folder is not enough.

use std::{fmt, fs, path::PathBuf};

use clap::Args;

/// Where pictures are kept, if not in the data folder.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct S3Settings {
    /// Keep pictures in this bucket of S3-compatible storage instead of the data folder.
    #[arg(long = "s3-bucket", value_name = "NAME", env = "BUSFARE_S3_BUCKET", hide_env_values = true)]
    pub bucket: Option<String>,
    /// The storage's address, such as https://s3.example.org. Without it, it is Amazon's in the region.
    #[arg(long = "s3-endpoint", value_name = "URL", env = "BUSFARE_S3_ENDPOINT", hide_env_values = true)]
    #[arg(value_parser = endpoint)]
    pub endpoint: Option<String>,
    /// The storage's region.
    #[arg(long = "s3-region", value_name = "REGION", env = "BUSFARE_S3_REGION", hide_env_values = true)]
    #[arg(default_value = "eu-west-2")]
    pub region: String,
    /// The id of the key with which to use the bucket.
    #[arg(long = "s3-key-id", value_name = "ID", env = "BUSFARE_S3_KEY_ID", hide_env_values = true)]
    pub key_id: Option<String>,
    /// The key's secret. The environment keeps it out of sight; a file does too.
    #[arg(long = "s3-secret", value_name = "SECRET", env = "BUSFARE_S3_SECRET", hide_env_values = true)]
    #[arg(value_parser = secret)]
    pub secret: Option<Secret>,
    /// A file that holds the key's secret.
    #[arg(long = "s3-secret-file", value_name = "FILE", env = "BUSFARE_S3_SECRET_FILE", hide_env_values = true)]
    pub secret_file: Option<PathBuf>,
    /// Put the bucket into the path of an address and not into its host, as most storage but Amazon's wants it.
    #[arg(long = "s3-path-style", env = "BUSFARE_S3_PATH_STYLE", hide_env_values = true)]
    pub path_style: bool,
}

/// It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A bucket with everything that it takes to use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// The storage's address.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: String,
    /// The id of the key.
    pub key_id: String,
    /// The key's secret.
    pub secret: Secret,
    /// Whether the bucket is in the path of an address.
    pub path_style: bool,
}

impl S3Settings {
    /// The bucket; none where pictures stay in the data folder. What is missing is said in one sentence.
    pub fn bucket(&self) -> Result<Option<Bucket>, String> {
        let Some(name) = &self.bucket else { return Ok(None) };
        let key_id = self.key_id.clone().ok_or("--s3-key-id (BUSFARE_S3_KEY_ID) is needed to use a bucket.")?;
        let secret = match (&self.secret, &self.secret_file) {
            (Some(_), Some(_)) => return Err("--s3-secret and --s3-secret-file are both given; give one.".to_owned()),
            (Some(secret), None) => secret.clone(),
            (None, Some(file)) => Secret(
                fs::read_to_string(file)
                    .map_err(|error| format!("--s3-secret-file (BUSFARE_S3_SECRET_FILE) cannot be read: {error}."))?
                    .trim()
                    .to_owned(),
            ),
            (None, None) => {
                return Err("--s3-secret-file or BUSFARE_S3_SECRET is needed to use a bucket.".to_owned());
            }
        };
        Ok(Some(Bucket {
            name: name.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            key_id,
            secret,
            path_style: self.path_style,
        }))
    }
}

fn endpoint(text: &str) -> Result<String, String> {
    match text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
        Some(place) if !place.is_empty() => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err("--s3-endpoint (BUSFARE_S3_ENDPOINT) must begin with https:// or http:// and name a host.".to_owned()),
    }
}

fn secret(text: &str) -> Result<Secret, String> {
    if text.is_empty() {
        Err("--s3-secret (BUSFARE_S3_SECRET) is empty.".to_owned())
    } else {
        Ok(Secret(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_needs_a_key_and_one_secret_and_never_shows_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("secret");
        fs::write(&file, "open sesame\n").unwrap();
        let none = S3Settings { region: "eu-west-2".into(), ..S3Settings::default() };
        assert_eq!(none.bucket(), Ok(None));

        let named = S3Settings { bucket: Some("receipts".into()), ..none };
        assert!(named.bucket().unwrap_err().contains("--s3-key-id"));
        let keyed = S3Settings { key_id: Some("id".into()), ..named };
        assert!(keyed.bucket().unwrap_err().contains("--s3-secret-file"));
        let read = S3Settings { secret_file: Some(file.clone()), ..keyed.clone() }.bucket().unwrap().unwrap();
        assert_eq!(read.secret, Secret("open sesame".into()));
        assert!(!format!("{read:?}").contains("sesame"));
        let both = S3Settings { secret_file: Some(file), secret: Some(Secret("x".into())), ..keyed.clone() };
        assert!(both.bucket().unwrap_err().contains("both"));
        let lost = S3Settings { secret_file: Some(folder.path().join("none")), ..keyed };
        assert!(lost.bucket().unwrap_err().contains("cannot be read"));
    }
}
