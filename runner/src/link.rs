//! Who may come in: the token of this start, the one-time codes made from it, and how `virgil link` gets at it.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// How long a start link works if nobody opens it, in seconds.
const CODE_SECONDS: u64 = 24 * 60 * 60;

const NONCE_BYTES: usize = 12;
const ISSUED_BYTES: usize = 4;
const SEAL_BYTES: usize = 16;

/// How long a server may take to answer `virgil link`.
const PATIENCE: Duration = Duration::from_secs(2);

/// The secret of one start: 256 bits from the system.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// The sentence to show when the system has no random numbers.
    pub fn new() -> Result<Token, String> {
        Ok(Token(hex(&random::<32>()?)))
    }

    /// As the cookie and the Bearer header carry it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether that is it; takes the same time for every answer.
    pub fn is(&self, text: &str) -> bool {
        blake3::hash(text.as_bytes()) == blake3::hash(self.0.as_bytes())
    }

    /// A new one-time code, which whoever knows the token can make.
    ///
    /// # Errors
    /// The sentence to show when the system has no random numbers.
    pub fn new_code(&self) -> Result<String, String> {
        Ok(self.code(random()?, now()))
    }

    fn code(&self, nonce: [u8; NONCE_BYTES], issued: u64) -> String {
        // Good until 2106.
        let issued = (issued as u32).to_be_bytes();
        let open = [nonce.as_slice(), issued.as_slice()].concat();
        hex(&open) + &hex(&self.seal(&open))
    }

    fn seal(&self, open: &[u8]) -> [u8; SEAL_BYTES] {
        let key = blake3::derive_key("Virgil start link 2026-11", self.0.as_bytes());
        let mut seal = [0; SEAL_BYTES];
        seal.copy_from_slice(&blake3::keyed_hash(&key, open).as_bytes()[..SEAL_BYTES]);
        seal
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(secret)")
    }
}

/// The codes that were used, so that none is used twice.
#[derive(Debug, Default)]
pub struct UsedCodes(Mutex<HashMap<String, u64>>);

impl UsedCodes {
    /// Whether `code` is one of `token`'s, fresh, and used for the first time.
    pub fn accept(&self, token: &Token, code: &str) -> bool {
        self.accept_at(token, code, now())
    }

    fn accept_at(&self, token: &Token, code: &str, now: u64) -> bool {
        let Some(issued) = issued(token, code) else { return false };
        if now > issued + CODE_SECONDS {
            return false;
        }
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, issued| now <= *issued + CODE_SECONDS);
        used.insert(code.to_owned(), issued).is_none()
    }
}

/// When the code was made, if it was made with the token.
fn issued(token: &Token, code: &str) -> Option<u64> {
    const OPEN: usize = NONCE_BYTES + ISSUED_BYTES;
    let bytes = unhex(code).filter(|bytes| bytes.len() == OPEN + SEAL_BYTES)?;
    let (open, seal) = bytes.split_at(OPEN);
    // Comparing hashes takes the same time for every seal.
    let sealed = blake3::hash(seal) == blake3::hash(&token.seal(open));
    let issued = u32::from_be_bytes(open[NONCE_BYTES..].try_into().ok()?);
    sealed.then_some(u64::from(issued))
}

/// The address that lets one browser in, once.
pub fn address(port: u16, code: &str) -> String {
    format!("http://127.0.0.1:{port}/login?code={code}")
}

/// What a running server leaves for `virgil link`, readable by its user only; gone when the server is.
#[derive(Debug)]
pub struct RunFile(PathBuf);

#[derive(Debug, Serialize, Deserialize)]
struct Running {
    port: u16,
    pid: u32,
    token: Token,
}

impl RunFile {
    /// Writes it.
    ///
    /// # Errors
    /// The system's, e.g. when the data folder can't be written.
    pub fn write(data: &Path, port: u16, token: &Token) -> io::Result<RunFile> {
        let folder = data.join("run");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{port}.json"));
        // A temporary file is its user's only (mode 0600) from the start.
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        let running = Running { port, pid: std::process::id(), token: token.clone() };
        file.write_all(&serde_json::to_vec(&running)?)?;
        file.persist(&path)?;
        Ok(RunFile(path))
    }
}

impl Drop for RunFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::debug!(%error, "the run file was gone already");
        }
    }
}

/// Prints a new start link of every running server, or of the one at `port`.
///
/// # Errors
/// The sentence to show if none runs.
pub fn print_new(data: &Path, port: Option<u16>) -> Result<(), String> {
    let mut found = running(data);
    found.retain(|running| port.is_none_or(|port| running.port == port));
    for Running { port, token, .. } in &found {
        println!("Virgil is at {}", address(*port, &token.new_code()?));
    }
    match (found.is_empty(), port) {
        (false, _) => Ok(()),
        (true, None) => Err("No Virgil is running here: start one with `virgil`.".into()),
        (true, Some(port)) => Err(format!("No Virgil is running at port {port}: start one with `virgil`.")),
    }
}

fn running(data: &Path) -> Vec<Running> {
    let files = fs::read_dir(data.join("run")).into_iter().flatten().flatten();
    let mut found: Vec<Running> = files
        .filter_map(|file| {
            let running: Running = serde_json::from_slice(&fs::read(file.path()).ok()?).ok()?;
            if answers(running.port) {
                return Some(running);
            }
            // A server that was killed leaves its file behind. One that can't be removed is only asked again.
            let _ = fs::remove_file(file.path());
            None
        })
        .collect();
    found.sort_by_key(|running| running.port);
    found
}

/// Whether a server answers at that port.
pub fn answers(port: u16) -> bool {
    let healthy = || -> io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status == *b"HTTP/1.1 200")
    };
    healthy().unwrap_or(false)
}

/// Random bytes from the system.
///
/// # Errors
/// The sentence to show when it has none.
pub fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("The system gives no random numbers ({error}): restart it."))?;
    Ok(bytes)
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    // Only lower case, so that a code has one spelling and can't be used again in another.
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_795_348_800;

    #[test]
    fn a_code_is_accepted_once_by_its_own_server() {
        let (token, other) = (Token::new().unwrap(), Token::new().unwrap());
        let (used, elsewhere) = (UsedCodes::default(), UsedCodes::default());
        let code = token.new_code().unwrap();
        assert!(!elsewhere.accept(&other, &code));
        assert!(used.accept(&token, &code));
        assert!(!used.accept(&token, &code));
        assert!(used.accept(&token, &token.new_code().unwrap()));
    }

    #[test]
    fn a_code_expires_after_a_day_and_is_forgotten_then() {
        let (token, used) = (Token::new().unwrap(), UsedCodes::default());
        let (first, second) = (token.code([1; NONCE_BYTES], NOON), token.code([2; NONCE_BYTES], NOON + 10));
        assert!(used.accept_at(&token, &first, NOON + CODE_SECONDS));
        assert!(!used.accept_at(&token, &first, NOON + CODE_SECONDS));
        assert!(!used.accept_at(&token, &second, NOON + CODE_SECONDS + 11));
        assert!(used.accept_at(&token, &token.code([3; NONCE_BYTES], NOON + 20), NOON + CODE_SECONDS + 5));
        assert_eq!(used.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        let (token, used) = (Token::new().unwrap(), UsedCodes::default());
        let code = token.new_code().unwrap();
        let upper = code.to_uppercase();
        let flipped = format!("{}{}", if code.starts_with('0') { '1' } else { '0' }, &code[1..]);
        for wrong in ["", "0", "é0", token.text(), &code[2..], &upper, &flipped, &format!("{code}00")] {
            assert!(!used.accept(&token, wrong), "{wrong}");
        }
    }

    #[test]
    fn the_token_is_not_shown() {
        let token = Token::new().unwrap();
        assert!(!format!("{token:?}").contains(token.text()));
    }

    #[test]
    fn the_run_file_is_its_users_only_and_goes_with_the_server() {
        let data = tempfile::tempdir().unwrap();
        let file = RunFile::write(data.path(), 9, &Token::new().unwrap()).unwrap();
        let path = data.path().join("run/9.json");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
        // Nothing listens at port 9.
        assert!(print_new(data.path(), None).unwrap_err().contains("start one with `virgil`"));
        drop(file);
        assert!(!path.exists());
    }
}
