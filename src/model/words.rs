//! `words!` declares an enum whose variants have a number and a name that people know.

/// Declares a field-less enum with `ALL`, `name`, `number`, `parse` and `Display`. The numbers are upstream's
/// where upstream has numbers; the names are what crosses the boundary.
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident = $number:literal $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        $vis enum $name { $($(#[$doc])* $variant = $number),+ }

        impl $name {
            /// Every value, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, as it crosses the boundary.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The number.
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The value of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.name())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl $crate::model::read::Read for $name {
            fn read(value: serde_json::Value, place: &str) -> Result<Self, $crate::model::read::Unreadable> {
                let known = value.as_str().and_then($name::parse);
                known.map_or_else(
                    || $crate::model::read::wrong(place, &value, concat!("one of " $(, $text, ", ")+).trim_end_matches(", ")),
                    Ok,
                )
            }
        }
    };
}
pub(crate) use words;
