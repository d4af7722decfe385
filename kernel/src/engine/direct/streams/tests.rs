//! Streams against single lines.

use super::super::pattern::parse;
use super::super::search::Stack;
use super::*;

/// The streams of lines, told apart byte by byte and as fast as can be.
fn streams(sets: &Sets, text: &[u8]) -> [Streams; 2] {
    let mut ends = vec![0; text.len() / WORD + 1];
    let newlines = (0..text.len()).filter(|&place| text[place] == b'\n');
    for place in newlines.chain([text.len()]) {
        ends[place / WORD] |= 1 << (place % WORD);
    }
    let (mut slow, mut fast) = (Streams::default(), Streams::default());
    slow.fill_slowly(sets, text, ends.iter().copied());
    fast.fill(sets, text, ends.into_iter());
    [slow, fast]
}

/// The places of lines of ASCII in a text.
fn lines(text: &[u8]) -> Vec<(usize, usize)> {
    let mut next = 0;
    let line = |line: &[u8]| {
        next += line.len() + 1;
        line.is_ascii().then_some((next - 1 - line.len(), next - 1))
    };
    text.split(|&byte| byte == b'\n').filter_map(line).collect()
}

fn texts() -> Vec<Vec<u8>> {
    let mut state = 5_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    let pieces = ["1", "12.5", "a", "loss", " ", " ", "\n", "\n", "%", "_", "7 ", "é", "x9"];
    let mut text = |count| -> Vec<u8> {
        let of = |length: usize| "0123456789".repeat(length);
        (0..count)
            .flat_map(|_| match next(40) {
                0 => of(next(30)).into_bytes(),
                _ => pieces[next(pieces.len())].as_bytes().to_vec(),
            })
            .collect()
    };
    [0, 1, 5, 64, 200, 3_000].into_iter().flat_map(|count| [text(count), text(count)]).collect()
}

#[test]
fn runs_are_those_of_single_lines() {
    for pattern in ["([0-9]{1,})", "([.0-9]{1,})\\z", "([0-9a-z]{1,})", "([0-9_a-z]{1,})\\z"] {
        let run = LoneRun::new(&parse(pattern).unwrap()).unwrap();
        let mut sets = Sets::default();
        let route = Route::new(Some(&run), None, None, &mut sets).unwrap();
        for text in texts() {
            for streams in streams(&sets, &text) {
                for (start, end) in lines(&text) {
                    let found = match route {
                        Route::FirstRun(set) => streams.first_run(set, start, end),
                        Route::LastRun(set) => {
                            streams.last_run(set, start, end).map(|first| (first, end, false))
                        }
                        Route::FirstNumber(..) | Route::Course(_) => None,
                    };
                    let expected = run.run(&text[start..end]);
                    let expected =
                        expected.map(|(first, last, more)| (start + first, start + last, more));
                    assert_eq!(found, expected, "{pattern}");
                    if let Route::FirstRun(set) = route {
                        let first = expected.map(|(first, ..)| first);
                        assert_eq!(streams.first(set, start, end), first, "{pattern}");
                    }
                }
            }
        }
    }
}

#[test]
fn courses_lead_to_the_matches_of_single_lines() {
    for pattern in [
        "\\A([0-9]{1,})",
        "\\A[a-z]{1,} ([0-9]{1,})",
        "\\A[a-z]{0,} {0,1}([0-9.]{2,})",
        "\\A([0-9]{0,})[a-z]{1,3} ",
        "\\A.{0,}()\\z",
        "\\b([0-9]{1,})\\b%",
        "\\B([0-9]{1,})%",
        "[a-z]{1,} {1,}([0-9.]{1,}) {0,}\\z",
        "( )\\z",
        "([0-9]{1,})%\\z",
        "\\Aloss([0-9]){0,0}",
        "([0-9]{1,})",
        "([.0-9]{2,}) {1,}[a-z]",
        "[a-z]{0,}[0-9]([0-9a-z]{1,})%",
        "[ a]([0-9a-z]{1,})[ %]{0,}\\z",
        "[a-z]{1,} ([0-9]{1,}) [a-z]{1,}",
        "x([0-9])%",
        ".{0,1}+([0-9])",
        "(.{0,1}+[0-9])[a-z%]{0,1}",
        "[a-z]{0,}+([0-9a-z])",
        "[0-9]{0,1}+[.]([0-9]{1,})",
        "([0-9]{1,}[.][0-9]{1,})",
        "([0-9]{1,}[.][0-9]{1,})%",
        "\\b([a-z]{0,1}[0-9]{1,}[.][0-9]{2,}) {0,1}[0-9]{0,1}",
        "([0-9]{2,})\\b {0,1}[0-9]{0,1}",
        "[a-z]{1,} {1,}([0-9]{1,}[.]{0,1}[a-z]{1,})%",
        " {1,}([a-z]{1,}[0-9]{1,}) {0,1}",
        "[0-9]{1,} {0,1}([a-z]{1,})[0-9]{1,}",
    ] {
        let program = Program::new(&parse(pattern).unwrap()).unwrap();
        let mut sets = Sets::default();
        let Some(Route::Course(course)) = Route::new(None, None, Some(&program), &mut sets) else {
            panic!("there is no course for {pattern}");
        };
        for text in texts() {
            for streams in streams(&sets, &text) {
                let mut markers = Markers::default();
                course.take(&streams, &mut markers);
                for (start, end) in lines(&text) {
                    let line = &text[start..end];
                    let Ok(found) = program.find(&mut Stack::default(), line, 0, usize::MAX) else {
                        continue;
                    };
                    let capture = found.and_then(|found| found.capture);
                    let capture = capture.map(|(first, last)| start + first..start + last);
                    let told = match course.captures() {
                        Captures::Unknown => {
                            assert_eq!(markers.is_in_line(end), found.is_some(), "{pattern}");
                            continue;
                        }
                        Captures::First => markers.capture(start, end),
                        Captures::Ends(ends) => {
                            let line_at = start..end;
                            let first = ends.first(&streams, &markers, line, &line_at);
                            first.map(|(capture, match_end)| {
                                let first = (capture.end, match_end);
                                let again =
                                    ends.is_repeated(&streams, &markers, line, &line_at, first);
                                let from = match_end - start;
                                let other =
                                    program.find(&mut Stack::default(), line, from, usize::MAX);
                                if let (Some(again), Ok(other)) = (again, other) {
                                    assert_eq!(again, other.is_some(), "{pattern}");
                                }
                                capture
                            })
                        }
                    };
                    assert_eq!(told, capture, "{pattern}");
                }
            }
        }
    }
}

#[test]
fn what_needs_too_much_has_no_route() {
    let route = |pattern: &str, sets: &mut Sets| {
        let program = Program::new(&parse(pattern).unwrap()).unwrap();
        Route::new(None, None, Some(&program), sets)
    };
    let mut sets = Sets::default();
    for pattern in ["a|b(1)", "[0-9.]{0,}(.)", "[0-9]{9}(a)", &"[a-z][0-9]".repeat(20)] {
        assert!(route(pattern, &mut sets).is_none(), "{pattern}");
        assert_eq!(sets.0, []);
    }
    assert!(route("abcdefgh([0-9]{1,})", &mut sets).is_some());
    assert!(route("ABCDEFGHIJ", &mut sets).is_none());
    assert!(route("ABCDEFG", &mut sets).is_some());
}
