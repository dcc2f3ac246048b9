//! The kinds of findings about the text of a file.

pipesynth_diag::codes! {
    /// The file is over the size limit.
    TOO_LARGE = "PS0001", "file too large",
        "Files over 1 MiB are refused unread. A pipeline file is a few kilobytes; a larger one is usually data that ended up in the wrong place.";
    /// The bytes are no UTF-8.
    NOT_UTF8 = "PS0002", "not UTF-8",
        "The file is not text in UTF-8. Save it as UTF-8; a binary file or UTF-16 cannot be read.";
    /// Characters that YAML forbids.
    CONTROL_CHARACTER = "PS0003", "control character",
        "YAML allows no control characters but tab and line ends. They are invisible in most editors; in a quoted text write an escape such as `\"\\x1b\"`.";
    /// Nothing in the file.
    EMPTY_FILE = "PS0004", "empty file",
        "The file holds nothing, or only comments.";
    /// The text is no YAML.
    SYNTAX = "PS0005", "not valid YAML",
        "The text does not follow the YAML grammar. Only the first such fault of a file is reported, because what stands behind it cannot be told.";
    /// A tab where spaces are needed.
    TAB = "PS0006", "tab as indentation",
        "YAML indents with spaces only, because a tab has no fixed width. Replace the tabs by spaces.";
    /// Nested beyond the limit.
    TOO_DEEP = "PS0007", "nested too deeply",
        "Lists and mappings may be nested 64 levels deep.";
    /// Aliases that expand beyond the limit, or into themselves.
    ALIAS = "PS0008", "aliases expand too far",
        "All aliases (`*name`) of a file together may stand for 10,000 values and 1 MiB of text, and none may stand for something that contains it.";
    /// The merge key.
    MERGE_KEY = "PS0009", "merge key",
        "The merge key `<<` belongs to YAML 1.1 and is not part of YAML 1.2. Write the keys out, or put what pipelines share under `defaults` of `pipesynth.yaml`.";
    /// More than one document.
    SEVERAL_DOCUMENTS = "PS0010", "several documents",
        "A file holds one document. A project with several pipelines has one file per pipeline in `pipelines/`.";
    /// The same key twice.
    DUPLICATE_KEY = "PS0011", "duplicate key",
        "A key stands twice in one mapping. Which of the two counts differs between YAML programs, so neither is taken for granted.";
    /// A key that is no scalar.
    COMPLEX_KEY = "PS0012", "key is not a plain text",
        "A list or a mapping stands where a key is expected. It is usually a template `{{ … }}` without quotes around it.";
    /// A tag outside the core schema.
    UNKNOWN_TAG = "PS0013", "unknown tag",
        "Only YAML's own tags (`!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq`, `!!map`) are known. CloudFormation's `!Ref` and `!Sub` mean nothing here.";
    /// A value that its tag does not fit.
    TAG_MISMATCH = "PS0014", "value does not fit its tag",
        "The value cannot be read as what its tag says, such as `!!int three`.";
}
