//! The macros that make a spec type: struct or enum, its reader, its JSON Schema.

/// Makes a struct that reads itself from a mapping, and its JSON Schema.
///
/// After the struct's name stands what it is, with its article, for messages. A field is required
/// unless its type is an `Option`; `or default` makes any field optional with its type's default;
/// `else default` requires it and goes on with the default after the missing key was reported, so
/// that the other findings of the file are still made.
///
/// ```
/// use pipesynth_diag::{Spanned, spec};
///
/// spec! {
///     /// When a pipeline starts by the clock.
///     pub struct Schedule: "a schedule" {
///         /// Hour of the day, 0 to 23.
///         hour: Option<Spanned<i64>> => "hour",
///         /// How late a start may be, such as `15m`.
///         flexible_window: Option<Spanned<String>> => "flexibleWindow",
///         /// Days without a start.
///         except: Vec<Spanned<String>> => "except" or default,
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! spec {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident : $what:literal {
            $(
                $(#[$field_meta:meta])*
                $field:ident : $type:ty => $key:literal $(or $or:ident)? $(else $else:ident)?
            ),* $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, $crate::schemars::JsonSchema)]
        #[schemars(crate = "::pipesynth_diag::schemars", deny_unknown_fields)]
        $vis struct $name {
            $(
                $(#[$field_meta])*
                #[schemars(rename = $key)]
                $(#[schemars($or)])?
                pub $field: $type,
            )*
        }

        impl $crate::FromFields for $name {
            const KEYS: &'static [&'static str] = &[$($key),*];

            fn read_fields(
                fields: &mut $crate::Fields<'_>,
                cx: &mut $crate::Cx<'_>,
            ) -> ::std::option::Option<Self> {
                // Every field is read before the first missing one ends it.
                $( let $field = $crate::__read_field!(fields, cx, $key, $type $(, or $or)? $(, else $else)?); )*
                ::std::option::Option::Some(Self { $( $field: $field? ),* })
            }
        }

        impl $crate::FromNode for $name {
            fn read(node: &$crate::Node, cx: &mut $crate::Cx<'_>) -> ::std::option::Option<Self> {
                let mut fields = $crate::Fields::of(node, $what, cx)?;
                let value = <Self as $crate::FromFields>::read_fields(&mut fields, cx);
                fields.finish(cx);
                value
            }
        }
    )+};
}

/// How one field of [`spec!`] is read.
#[doc(hidden)]
#[macro_export]
macro_rules! __read_field {
    ($fields:ident, $cx:ident, $key:literal, $type:ty) => {
        $fields.read::<$type>($key, $cx)
    };
    ($fields:ident, $cx:ident, $key:literal, $type:ty, or default) => {
        ::std::option::Option::Some($fields.read_or_default::<$type>($key, $cx))
    };
    ($fields:ident, $cx:ident, $key:literal, $type:ty, else default) => {
        ::std::option::Option::Some($fields.read_else_default::<$type>($key, $cx))
    };
}

/// Makes an enum written as one of a few fixed texts, its reader and its JSON Schema.
///
/// The first text of a variant is the one that is written back; the others are only read.
///
/// ```
/// use pipesynth_diag::{Choice, spec_enum};
///
/// spec_enum! {
///     /// How a run ended.
///     pub enum Status: "a status" {
///         /// It did all it should.
///         Succeeded => "SUCCEEDED" | "SUCCESS",
///         /// It stopped on an error.
///         Failed => "FAILED",
///     }
/// }
/// assert_eq!(Status::from_text("SUCCESS"), Some(Status::Succeeded));
/// assert_eq!(Status::Succeeded.as_str(), "SUCCEEDED");
/// ```
#[macro_export]
macro_rules! spec_enum {
    ($(
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident : $what:literal {
            $(
                $(#[doc = $variant_doc:literal])*
                $variant:ident => $text:literal $(| $alias:literal)*
            ),+ $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $( $(#[doc = $variant_doc])* $variant, )+
        }

        impl $name {
            /// Every variant, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text that stands for it in files.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }
        }

        impl $crate::Choice for $name {
            const WHAT: &'static str = $what;
            const TEXTS: &'static [(&'static str, Self, &'static str)] = &[
                $(
                    ($text, Self::$variant, concat!($($variant_doc),*)),
                    $( ($alias, Self::$variant, concat!("Another spelling of `", $text, "`.")), )*
                )+
            ];
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::FromNode for $name {
            fn read(node: &$crate::Node, cx: &mut $crate::Cx<'_>) -> ::std::option::Option<Self> {
                cx.choice(node)
            }
        }

        impl $crate::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(concat!(module_path!(), "::", stringify!($name)))
            }
            fn json_schema(_: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                $crate::schema::choice::<Self>(concat!($($doc),*))
            }
        }
    )+};
}
