"""The demo's `/api/chat` in Python, with the same contract, scripted answers and faults as demo/server.ts.

    python3 demo/fastapi/main.py          # 127.0.0.1:8000; PORT=0 takes a free port

docs/protocol.md describes the contract, and has a shorter version to start your own backend from.
"""

import asyncio
import json
import logging
import os
import re
import secrets
import socket
import time
from pathlib import Path
from typing import Any, AsyncIterator, Callable, Dict, List, Optional, Tuple

import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

Turn = Dict[str, str]  # {"role": …, "content": …}

PING_EVERY = 5.0  # seconds of silence before a comment keeps the connection alive
GRACE = float(os.environ.get("GRACE", "30"))  # seconds that an answer continues without a reader
ANSWERS = Path(__file__).parent.parent / "answers"
RULES = json.loads((ANSWERS / "index.json").read_text("utf-8"))


# --- The scripted model -----------------------------------------------------------------------------------------


def one_line(prompt: str) -> str:
    return re.sub(r"\s+", " ", prompt).strip()[:200]


def rule_for(prompt: str) -> Dict[str, str]:
    return next(rule for rule in RULES if re.search(rule["match"], prompt, re.I))


def answer_to(turns: List[Turn]) -> str:
    """What the model says; always the same for the same user turns."""
    prompts = [one_line(turn["content"]) for turn in turns if turn["role"] == "user"]
    prompt = prompts.pop() if prompts else ""
    rule = rule_for(prompt)
    file, found = rule["file"], re.search(rule["match"], prompt, re.I)
    if "recall" in rule:
        recalled = [re.search(rule["recall"], earlier, re.I) for earlier in reversed(prompts)]
        found = next((match for match in recalled if match), None)
        if not found:
            file = rule["otherwise"]
    texts = (ANSWERS / file).read_text("utf-8").split("\n<!-- or -->\n")
    before = sum(rule_for(earlier) is rule for earlier in prompts)
    values = {
        "prompt": prompt,
        "asked": "\n".join(f"{n}. {earlier}" for n, earlier in enumerate(prompts, 1)) or "*(nothing before this)*",
        "count": str(len(prompts)),
        "1": (found.group(1) or "") if found and found.re.groups else "",
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda name: values.get(name[1], ""), texts[before % len(texts)].rstrip())


def utf16(text: str) -> bytes:
    """Positions are counted as in JavaScript, in UTF-16 units of two bytes each."""
    return text.encode("utf-16-le", "surrogatepass")


def tokenise(text: str) -> List[str]:
    return re.findall(r" ?[^\W\d_]{1,6}| ?\d{1,3}|\s+|.", text, re.S)


# --- Faults -----------------------------------------------------------------------------------------------------


class Cut(Exception):
    """Makes the server drop the connection in the middle of the body."""


class Faults:
    """What this server does wrong on purpose; demo/faults.ts describes the fields."""

    manners = {"framing": "lf", "resume": True, "continueFrom": True, "tokensPerSecond": 500, "firstTokenDelay": 80}

    def __init__(self) -> None:
        self.fields: Dict[str, Any] = {}
        self.served: Dict[str, bool] = {}

    def replace(self, fields: Dict[str, Any]) -> None:
        self.fields = fields
        self.served.clear()

    def apply(self, request: Request, answer: str, first: bool) -> Dict[str, Any]:
        """The faults of this request: only for an answer's first request, unless they are for every request."""
        own = request.headers.get("x-demo-faults") or request.query_params.get("faults")
        fields = json.loads(own) if own else self.fields
        unserved = first and answer not in self.served
        keep(self.served, answer, True, 1000)
        manners = {name: fields.get(name, value) for name, value in self.manners.items()}
        return {**fields, **manners} if unserved or fields.get("everyRequest") else manners


def error(status: int, code: str, message: str, headers: Optional[Dict[str, str]] = None) -> JSONResponse:
    body = {"error": {"message": message, "type": code, "param": None, "code": code}}
    return JSONResponse(body, status, headers=headers)


def refusal(faults: Dict[str, Any]) -> Optional[Response]:
    status = faults.get("status")
    if status == 429:
        headers = {"Retry-After": str(faults.get("retryAfter", 2))}
        return error(429, "rate_limit_exceeded", "Rate limit reached. Please try again later.", headers)
    if status is not None:
        return error(status, "server_error", "The model fell over.")
    if faults.get("htmlPage"):
        return HTMLResponse("<!doctype html><title>Welcome</title><h1>Please sign in to this network</h1>")
    return None


# --- An answer in the making, independent of the connections it is sent over ------------------------------------


class LiveStream:
    def __init__(self, answer: str, tokens: List[str], faults: Dict[str, Any], on_text: Callable[[str], None]):
        self.id = secrets.token_urlsafe(18)  # Must not be guessable: whoever knows it can read the answer.
        self.answer = answer
        self.events: List[Tuple[str, str]] = []  # (kind, data); an event's id is its position, from 1
        self.state = "open"
        self.readers = 0
        self.grace = GRACE if faults["resume"] else 0.0
        self.change = asyncio.Event()
        self.task = asyncio.create_task(self.run(tokens, faults, on_text))

    async def run(self, tokens: List[str], faults: Dict[str, Any], on_text: Callable[[str], None]) -> None:
        due = time.monotonic() + faults["firstTokenDelay"] / 1000
        for token in tokens:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if faults["tokensPerSecond"] > 0:
                due += 1 / faults["tokensPerSecond"]
            on_text(token)
            self.push("text", json.dumps({"token": token}))
        self.state = "done"
        self.push("done", "[DONE]")

    def push(self, kind: str, data: str) -> None:
        self.events.append((kind, data))
        self.changed()

    def changed(self) -> None:
        self.change.set()
        self.change = asyncio.Event()

    def stop(self) -> None:
        if self.state == "open":
            self.state = "stopped"
            self.task.cancel()
            self.changed()

    def leave(self) -> None:
        self.readers -= 1
        if self.readers == 0 and self.state == "open":
            if self.grace:
                asyncio.get_running_loop().call_later(self.grace, lambda: self.readers or self.stop())
            else:
                self.stop()


async def frames(stream: LiveStream, after: int, faults: Dict[str, Any], end: Callable[[str], None]) -> AsyncIterator[bytes]:
    """The events after number `after` as bytes, until the end or a fault. `end` is called with the outcome."""
    stream.readers += 1
    outcome = "left"
    texts, sent, number = 0, 0, after
    cut_at = faults.get("cutAtByte", float("inf"))
    try:
        while True:
            while number < len(stream.events):
                kind, data = stream.events[number]
                number += 1
                if texts == faults.get("stallAfterTokens"):
                    outcome = "stalled"
                    await asyncio.Event().wait()
                if texts == faults.get("cutAfterTokens"):
                    cut_at = sent
                texts += kind == "text"
                if kind == "done" and faults.get("noDone"):
                    outcome = "cut"
                    return
                lines = (f"id: {number}\n" if faults["resume"] else "") + f"data: {data}\n\n"
                chunk = lines.replace("\n", "\r\n").encode() if faults["framing"] == "crlf" else lines.encode()
                if sent + len(chunk) >= cut_at:
                    outcome = "cut"
                    if cut_at > sent:
                        yield chunk[: int(cut_at) - sent]
                    if faults.get("cut") == "reset":
                        raise Cut
                    return
                sent += len(chunk)
                if kind == "done":
                    outcome = "whole"
                yield chunk
            if stream.state != "open":
                outcome = "whole" if stream.state == "done" else "ended early"
                return
            try:
                await asyncio.wait_for(stream.change.wait(), PING_EVERY)
            except asyncio.TimeoutError:
                yield b": ping\n\n"
    finally:
        end(outcome)
        stream.leave()


# --- The routes -------------------------------------------------------------------------------------------------

app = FastAPI()
faults_in_force = Faults()
streams: Dict[str, LiveStream] = {}
conversations: Dict[str, List[Turn]] = {}
requests: List[Dict[str, Any]] = []
request_count = 0

LOOPBACK = r"https?://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?"
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
app.add_middleware(
    CORSMiddleware,
    allow_origin_regex=LOOPBACK,
    allow_credentials=True,
    allow_methods=["GET", "POST", "DELETE"],
    allow_headers=["*"],
    # Without this list a page on another origin sees none of these headers.
    expose_headers=["X-Stream-Id", "X-Continue-From", "X-Conversation-Id", "X-Request-Id", "Retry-After", "Date"],
)


def keep(values: Dict[str, Any], key: str, value: Any, limit: int) -> None:
    """Sets a value as the newest one, and drops the oldest beyond `limit`."""
    values.pop(key, None)
    values[key] = value
    while len(values) > limit:
        values.pop(next(iter(values)))


def log(request: Request, kind: str, start: Optional[int]) -> Callable[[str], None]:
    """Logs a request as it arrives. Returns the function that logs how it ended."""
    global request_count
    request_count += 1
    entry = {"number": request_count, "method": request.method, "path": request.url.path, "kind": kind}
    entry.update({} if start is None else {"from": start}, outcome="under way")
    requests.append(entry)
    del requests[:-100]
    return lambda outcome: entry.update(outcome=outcome)


def up_to_question(turns: List[Turn], partial: str) -> List[Turn]:
    """Removes the answer so far, and any turn that asks to continue it, so that the last turn is a question."""
    for index in range(len(turns) - 1, -1, -1):
        if turns[index] == {"role": "assistant", "content": partial}:
            turns = turns[:index]
            break
    while turns and turns[-1]["role"] != "user":
        turns = turns[:-1]
    return turns


def turns_of(body: Dict[str, Any], remembered: List[Turn], partial: Optional[str]) -> List[Turn]:
    """The turns to answer; see `turnsOf` in demo/chat-route.ts."""
    sent = [{"role": str(turn["role"]), "content": str(turn["content"])} for turn in body.get("messages") or []]
    prompt = body.get("prompt") or ""
    asked = [{"role": "user", "content": prompt}] if prompt.strip() else []
    if partial is None:
        if not sent:
            return remembered + asked
        return sent if sent[-1]["role"] == "user" else sent + asked
    candidates = [turns for turns in (up_to_question(remembered, partial), up_to_question(sent, partial), asked) if turns]
    fitting = (turns for turns in candidates if utf16(answer_to(turns)).startswith(utf16(partial)))
    return next(fitting, candidates[0] if candidates else [])


def stream_response(stream: LiveStream, after: int, faults: Dict[str, Any], headers: Dict[str, str],
                    note: Callable[[str], None]) -> StreamingResponse:
    def end(outcome: str) -> None:
        if outcome == "whole":
            faults_in_force.served.pop(stream.answer, None)
        note(outcome)

    if faults["resume"]:
        headers["X-Stream-Id"] = stream.id
    headers["Cache-Control"] = "no-cache, no-transform"  # A proxy that compresses would buffer the stream.
    headers["X-Accel-Buffering"] = "no"  # Turns off nginx's own buffering.
    return StreamingResponse(frames(stream, after, faults, end), headers=headers, media_type="text/event-stream")


@app.post("/api/chat")
async def chat(request: Request) -> Response:
    try:
        # A page on another origin can send a POST without a preflight if its content type is not JSON.
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise ValueError("The body must be application/json.")
        body = await request.json()
        continuation = body.get("continuation")
        partial = None if continuation is None else continuation["text"]
        conversation = body.get("conversation_id") or body.get("conversationId") or secrets.token_urlsafe(12)
        turns = turns_of(body, conversations.get(conversation, []), partial)
    except (ValueError, KeyError, TypeError, AttributeError):
        return error(400, "invalid_request_error", "The body is not what this endpoint takes.")
    if not turns:
        return error(400, "invalid_request_error", "prompt is missing.")

    key = json.dumps([conversation, turns])
    faults = faults_in_force.apply(request, key, first=partial is None)
    kind, start = ("send", None) if partial is None else ("continuation", len(utf16(partial)) // 2)
    note = log(request, kind, start)
    refused = refusal(faults)
    if refused:
        note(f"refused with {refused.status_code}")
        return refused

    whole, said = utf16(answer_to(turns)), utf16(partial or "")
    if not whole.startswith(said):
        message = "The text to go on from is not the beginning of the answer to this conversation."
        return error(422, "continuation_mismatch", message)
    rest = whole[len(said):].decode("utf-16-le", "surrogatepass")
    answer = [partial or ""]

    def on_text(token: str) -> None:
        answer.append(token)
        # Not earlier: a question that was refused will be asked again, and must then count as asked once.
        remembered = [*turns[-200:], {"role": "assistant", "content": "".join(answer)}]
        keep(conversations, conversation, remembered, 500)

    stream = LiveStream(key, tokenise(rest), faults, on_text)
    if faults["resume"]:
        keep(streams, stream.id, stream, 200)
    headers = {"X-Conversation-Id": conversation, "X-Request-Id": f"req-{secrets.token_hex(8)}"}
    if start is not None and faults["continueFrom"]:
        headers["X-Continue-From"] = str(start)
    return stream_response(stream, 0, faults, headers, note)


@app.get("/api/chat/{stream_id}")
async def resume(request: Request, stream_id: str) -> Response:
    stream = streams.get(stream_id)
    last = request.headers.get("last-event-id", "0")
    if not stream or not last.isdecimal() or int(last) > len(stream.events):
        return error(404, "not_found", "There is no such stream, or not this far.")
    if stream.state == "stopped":
        return error(410, "gone", "Nobody came back for this answer, so it was not finished.")
    if stream.state == "done" and int(last) == len(stream.events):
        return Response(status_code=204)
    faults = {**faults_in_force.apply(request, stream.answer, first=False), "resume": True}
    note = log(request, "resume", int(last))
    refused = refusal(faults)
    if refused:
        note(f"refused with {refused.status_code}")
    return refused or stream_response(stream, int(last), faults, {}, note)


@app.delete("/api/chat/{stream_id}")
async def stop(stream_id: str) -> Response:
    if stream_id in streams:
        streams[stream_id].stop()
    return Response(status_code=204)


@app.get("/demo/faults")
async def read_faults() -> Dict[str, Any]:
    return {"faults": faults_in_force.fields, "requests": requests, "backend": "scripted"}


@app.post("/demo/faults")
async def set_faults(request: Request) -> Dict[str, Any]:
    faults_in_force.replace(await request.json())
    return {"faults": faults_in_force.fields}


def is_unasked(record: logging.LogRecord) -> bool:
    """Keeps cuts that were asked for out of the error log."""
    return not (record.exc_info and record.exc_info[0] and issubclass(record.exc_info[0], Cut))


if __name__ == "__main__":
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(os.environ.get("PORT", "8000"))))
    listener.listen()  # So that a client that reads the URL can connect at once.
    logging.getLogger("uvicorn.error").addFilter(is_unasked)
    print(f"sse-chat demo: http://127.0.0.1:{listener.getsockname()[1]} (FastAPI)", flush=True)
    # Longer than clients and proxies keep idle connections, so that they never send a request on a closed one.
    config = uvicorn.Config(app, log_level="warning", timeout_keep_alive=75)
    uvicorn.Server(config).run(sockets=[listener])
