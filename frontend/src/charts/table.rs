//! The numbers of a chart, as a file that spreadsheets and programs read.

/// Rows of texts, each with as many as there are names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What stands in the columns.
    pub names: Vec<&'static str>,
    /// From the top.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As comma-separated values (RFC 4180), the names first.
    pub fn csv(&self) -> String {
        let names = self.names.iter().map(|name| (*name).to_owned()).collect();
        let lines = std::iter::once(&names).chain(&self.rows);
        lines
            .map(|row: &Vec<String>| row.iter().map(|text| field(text)).collect::<Vec<_>>().join(",") + "\r\n")
            .collect()
    }
}

/// Quoted where it must be.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let table = Table { names: vec!["mode", "said"], rows: vec![vec!["threads".into(), "1, \"two\"\n3".into()]] };
        assert_eq!(table.csv(), "mode,said\r\nthreads,\"1, \"\"two\"\"\n3\"\r\n");
        assert_eq!(Table { names: vec!["a"], rows: vec![] }.csv(), "a\r\n");
    }
}
