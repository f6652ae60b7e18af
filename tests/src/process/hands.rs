//! What a person does with a window or a page: finding, clicking, typing, pressing keys.

use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};

/// How long something may take to appear.
pub const SOON: Duration = Duration::from_secs(20);
/// WebDriver's code of the arrow to the right (W3C WebDriver, "keyboard actions").
pub const ARROW_RIGHT: char = '\u{E014}';
/// WebDriver's code of Enter.
pub const ENTER: char = '\u{E007}';
/// WebDriver's code of Escape.
pub const ESCAPE: char = '\u{E00C}';
/// WebDriver's code of the control key.
pub const CONTROL: char = '\u{E009}';

/// The selector of a stable name.
#[must_use]
pub fn by_id(id: &str) -> String {
    format!("[data-testid={id}]")
}

/// Waits for an element.
///
/// # Errors
/// When it does not appear in time.
pub async fn find(client: &Client, css: &str) -> Result<Element> {
    client.wait().at_most(SOON).for_element(Locator::Css(css)).await.with_context(|| format!("no {css}"))
}

/// Clicks an element once it is there.
///
/// # Errors
/// When it does not appear in time or cannot be clicked.
pub async fn click(client: &Client, css: &str) -> Result<()> {
    find(client, css).await?.click().await.with_context(|| format!("click {css}"))
}

/// Presses keys, one after the other, on the element that has the focus.
///
/// # Errors
/// When the driver refuses.
pub async fn press(client: &Client, keys: &str) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in keys.chars() {
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    client.perform_actions(actions).await.context("press keys")
}

/// Presses a key while another one is held.
///
/// # Errors
/// When the driver refuses.
pub async fn press_with(client: &Client, held: char, key: char) -> Result<()> {
    let actions = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: held })
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key })
        .then(KeyAction::Up { value: held });
    client.perform_actions(actions).await.context("press keys")
}

/// Gives an element the focus.
///
/// # Errors
/// When the driver refuses.
pub async fn focus(client: &Client, element: Element) -> Result<()> {
    let element = serde_json::to_value(element)?;
    client.execute("arguments[0].focus()", vec![element]).await.context("focus")?;
    Ok(())
}

/// Types into the field of a stable name, in place of what is there.
///
/// # Errors
/// When the field does not appear in time or takes no text.
pub async fn fill(client: &Client, id: &str, text: &str) -> Result<()> {
    let field = find(client, &by_id(id)).await?;
    field.clear().await.with_context(|| format!("clear {id}"))?;
    field.send_keys(text).await.with_context(|| format!("type into {id}"))
}
