"""The style sheet of the page, for light and dark."""

STYLE = """
:root{color-scheme:light dark;--text:#1d232b;--back:#fff;--soft:#f3f5f8;--line:#d8dde4;--bad:#b3261e;--odd:#8a5300;--good:#12693f;--mark:#ffe9a8}
@media(prefers-color-scheme:dark){:root{--text:#dfe5ec;--back:#14181d;--soft:#1d232b;--line:#343c47;--bad:#ff8a80;--odd:#ffb74d;--good:#7bd6a5;--mark:#5a4a12}}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.35rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}h3{font-size:.95rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}
th,td{padding:.25rem .7rem .25rem 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child,th:last-child,td:last-child{text-align:left}
th{font-weight:500;opacity:.75}
a{color:inherit}
pre{background:var(--soft);padding:.6rem .8rem;border-radius:6px;overflow-x:auto;font:13px/1.5 ui-monospace,monospace}
mark{background:var(--mark);color:inherit;border-radius:2px}mark strong{text-decoration:underline}
details{border:1px solid var(--line);border-radius:8px;padding:.5rem .9rem;margin:.7rem 0}
summary{cursor:pointer}figure{margin:.6rem 0}figcaption{font-size:.85rem;opacity:.85}
.bad{color:var(--bad)}.odd{color:var(--odd)}.good{color:var(--good)}
"""
