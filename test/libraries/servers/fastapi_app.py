"""Endpoints as people write them with FastAPI: JSON tokens, JSON lines, plain events, and nothing but text.

    python3 fastapi_app.py          # 127.0.0.1; PORT=0 takes a free port
"""

import asyncio
import json
import os
import socket
from typing import List

import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

ANSWER = json.loads(os.environ["ANSWER"])
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])


class Question(BaseModel):
    prompt: str
    conversation_id: str = ""


async def words(question: Question):
    for word in [*ANSWER, f"\n\nYou said: {question.prompt}"]:
        yield word
        await asyncio.sleep(0.002)


@app.post("/api/chat")
async def chat(question: Question):
    async def events():
        async for word in words(question):
            yield f"data: {json.dumps({'token': word}, ensure_ascii=False)}\n\n"
        yield "data: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@app.post("/api/lines")
async def lines(question: Question):
    async def values():
        async for word in words(question):
            yield json.dumps({"token": word}) + "\n"
        yield json.dumps({"done": True}) + "\n"

    return StreamingResponse(values(), media_type="application/x-ndjson")


@app.post("/api/events")
async def events(question: Question):
    async def plain():
        async for word in words(question):
            data: List[str] = [f"data: {line}\n" for line in word.split("\n")]
            yield "".join(data) + "\n"
        yield "data: [DONE]\n\n"

    return StreamingResponse(plain(), media_type="text/event-stream")


@app.post("/api/text")
async def text(question: Question):
    return StreamingResponse(words(question), media_type="text/plain")


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", int(os.environ.get("PORT", "0"))))
    listener.listen()  # Before the URL is told, since it is asked at once.
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
