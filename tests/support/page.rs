//! An HTML page → what was drawn into it: style and script are files of the source, and would stand in every snapshot again.

/// The page with empty `<style>` and `<script>`; its data stays.
pub fn drawn(page: &str) -> String {
    ["style", "script"].iter().fold(page.to_owned(), |page, tag| {
        let (open, close) = (format!("<{tag}>\n"), format!("</{tag}>"));
        let (before, inside) = page.split_once(&open).expect("the page has its part");
        let (_, after) = inside.split_once(&close).expect("the part ends");
        format!("{before}{open}{close}{after}")
    })
}
