//! `metastore:` as written → where the cluster keeps its tables, checked.

use pipesynth_contract::names;
use pipesynth_diag::{Spanned, codes as common, quoted};

use super::spec::{JdbcSpec, MetastoreSpec};
use crate::codes;
use crate::lower::Lower;
use crate::text;

/// Where tables are kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Metastore {
    /// The Glue Data Catalog.
    Glue,
    /// A MySQL or MariaDB database, Aurora MySQL included.
    Database(Database),
}

/// A database that Hive keeps its tables in.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// `jdbc:mysql://host:3306/hive`, without a password.
    pub url: String,
    /// The user.
    pub username: String,
    /// The name of the secret that holds the password, in the pipeline's account: `pipesynth/metastore/…`.
    pub secret: String,
}

/// Databases whose driver EMR brings along (Amazon EMR Release Guide, "Using an external MySQL database or Amazon Aurora").
const SCHEMES: [&str; 2] = ["jdbc:mysql://", "jdbc:mariadb://"];

/// Checks a metastore. `None` only after an error was reported.
pub(super) fn lower(spec: &Spanned<MetastoreSpec>, cx: &mut Lower<'_>) -> Option<Metastore> {
    match &spec.value {
        MetastoreSpec::Word(word) if word.value == "glue" => Some(Metastore::Glue),
        MetastoreSpec::Word(word) => {
            let help = "write `metastore: glue`, or `jdbcUrl`, `username` and `passwordSecret` of a database";
            cx.error_help(common::UNKNOWN_VALUE, word.place, format!("{} is no metastore", quoted(word)), help);
            None
        }
        MetastoreSpec::Jdbc(jdbc) => database(&jdbc.value, cx).map(Metastore::Database),
    }
}

fn database(spec: &JdbcSpec, cx: &mut Lower<'_>) -> Option<Database> {
    let url = url(&spec.jdbc_url, cx);
    let username = fixed(&spec.username, cx);
    let secret = secret(&spec.password_secret, cx);
    Some(Database { url: url?, username: username?, secret: secret? })
}

fn url(text: &Spanned<String>, cx: &mut Lower<'_>) -> Option<String> {
    let url = fixed(text, cx)?;
    let rest = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else {
        let message = format!("expected an address such as `jdbc:mysql://host:3306/hive`, got {}", quoted(&url));
        cx.error_help(common::MALFORMED, text.place, message, "MySQL and MariaDB are known, Aurora MySQL among them");
        return None;
    };
    if host.contains('@') || path.to_ascii_lowercase().contains("password=") {
        let message = "an address with a password in it, which everyone who may describe the cluster would read";
        let help = "take it out, and put it into a secret: `passwordSecret: pipesynth/metastore/…`";
        cx.error_help(codes::UNSAFE_TEXT, text.place, message, help);
        return None;
    }
    Some(url)
}

fn fixed(text: &Spanned<String>, cx: &mut Lower<'_>) -> Option<String> {
    if let Err(fault) = text::check_fixed(text) {
        cx.error_help(codes::UNSAFE_TEXT, text.place, fault.message, fault.help);
        return None;
    }
    if text.trim().is_empty() {
        let help = "write it, or take the metastore away";
        cx.error_help(common::NO_VALUE, text.place, "a database needs its address, its user and its secret", help);
        return None;
    }
    Some(text.value.clone())
}

/// A secret's name: letters, digits and `/_+=.@-` (AWS Secrets Manager API, `CreateSecret`). EMR gets its ARN without the six random
/// characters at the end, so a name that ends like them would be mistaken for a whole one.
fn secret(text: &Spanned<String>, cx: &mut Lower<'_>) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    let rest = text.strip_prefix(names::SECRET_METASTORE).unwrap_or_default();
    let random = rest.rsplit_once('-').is_some_and(|(_, end)| end.len() == 6);
    if rest.is_empty() || !text.chars().all(allowed) || text.len() > 512 || random {
        let start = names::SECRET_METASTORE;
        let message = format!("expected the name of a secret that starts with `{start}`, got {}", quoted(text));
        let help = match random {
            true => "choose a name that does not end in a dash and six characters: AWS puts those behind a name itself",
            false => {
                "EMR may read secrets of that name in the pipeline's account, and no others; the secret holds the password as plain text"
            }
        };
        cx.error_help(codes::BAD_CLUSTER, text.place, message, help);
        return None;
    }
    Some(text.value.clone())
}
