//! A message → the text of a post in Slack's markup. Whatever comes from outside is escaped, so that it calls nobody and links nowhere.

use pipesynth_contract::slack::SlackMessage;

/// The title in bold, what else is said as it stands in a block, and the way to more.
pub(super) fn of(said: &SlackMessage) -> String {
    let mark = if said.loud { ":red_circle: " } else { "" };
    let mut text = format!("{mark}*{}*", escaped(&one_line(&said.title)));
    let more = said.text.trim_end();
    if !more.is_empty() {
        text += &format!("\n```\n{}\n```", escaped(&unfenced(more)));
    }
    if let Some(link) = said.link.as_deref().filter(|link| is_address(link)) {
        text += &format!("\n<{}|Open the run>", escaped(link));
    }
    text
}

/// The three characters that Slack's markup is made of (Slack API, "Formatting text for app surfaces"): mentions of people, of everybody
/// and of channels, and links, all stand between `<` and `>`.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A line break would end the bold, a star too, and a backtick begins a block.
fn one_line(text: &str) -> String {
    let plain = |c: char| match c {
        '*' => '∗',
        '`' => '\'',
        other if other.is_control() => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// Nothing in a block ends it.
fn unfenced(text: &str) -> String {
    text.replace("```", "'''")
}

/// An address that is nothing but one.
fn is_address(link: &str) -> bool {
    link.starts_with("https://") && link.chars().all(|c| c.is_ascii_graphic() && !"<>|\"`".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(title: &str, text: &str, link: Option<&str>) -> SlackMessage {
        SlackMessage {
            v: 1,
            pipeline: "111111111111/listings".parse().unwrap(),
            execution: None,
            title: title.to_owned(),
            text: text.to_owned(),
            link: link.map(str::to_owned),
            loud: false,
            group: String::new(),
            id: String::new(),
        }
    }

    #[test]
    fn nothing_from_outside_is_markup() {
        let evil = "<!channel> <@U123> <https://evil.example|here> &lt; ```*x*";
        let text = of(&said(&format!("{evil}\n*y"), evil, Some("https://a.example/?b=1&c=2#/v2/x")));
        let (ours, rest) = text.rsplit_once('\n').unwrap();
        assert_eq!(rest, "<https://a.example/?b=1&amp;c=2#/v2/x|Open the run>");
        assert!(!ours.contains('<') && !ours.contains('>'), "{ours}");
        assert!(ours.contains("&lt;!channel&gt;") && ours.contains("&amp;lt;"), "{ours}");
        assert_eq!((ours.matches("```").count(), ours.lines().next().unwrap().matches('*').count()), (2, 2), "{ours}");
    }

    #[test]
    fn a_link_is_an_address_or_left_out() {
        for link in
            ["http://a", "https://a|b", "https://a>b", "https://a b", "https://a\nb", "javascript:x", "https://ä"]
        {
            assert_eq!(of(&said("t", "", Some(link))), "*t*");
        }
    }
}
