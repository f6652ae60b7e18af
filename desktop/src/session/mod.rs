//! Who is signed in here: the data folder, the account, the key of the replica and where it is kept.

pub mod account;
pub mod clock;
pub mod home;
pub mod passphrase;
pub mod vault;

pub use account::{Account, Person, SessionInfo, SessionState, SignInRequest, Workspace};
pub use clock::Clock;
pub use home::{Home, Settings, WindowPlace};
pub use vault::{Protection, Vault};
