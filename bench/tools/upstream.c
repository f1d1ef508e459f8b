// An LLM provider that costs next to nothing: one thread, epoll, answers that are known beforehand.
//
//   upstream PORT
//
// The model's name says how it answers: `bench-n200-d10-s0` streams 200 pieces, 10 ms apart (0: as fast as the reader
// takes them), each padded by s bytes. Without "stream":true in the body it is one JSON answer. An address that ends in
// /messages is answered in Anthropic's shape, any other in OpenAI's. Every piece carries `TS=<16 digits>;`, the
// monotonic clock in nanoseconds, so that the reader knows how long it was on its way.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 8192
#define HIGH_WATER (256 * 1024)

typedef struct {
  char *bytes;
  size_t start, end, capacity;
} Buffer;

typedef struct {
  int fd;
  Buffer in, out;
  bool streaming, anthropic, waits_for_reader;
  int piece, pieces, padding;
  uint64_t pause_ns, due_ns;
} Connection;

static Connection *connections[MAX_CONNECTIONS];
static int poller, highest_fd;

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static void append(Buffer *buffer, const char *bytes, size_t length) {
  if (buffer->start == buffer->end) buffer->start = buffer->end = 0;
  if (buffer->end + length + 1 > buffer->capacity) {
    buffer->capacity = (buffer->end + length + 1) * 2;
    buffer->bytes = realloc(buffer->bytes, buffer->capacity);
  }
  memcpy(buffer->bytes + buffer->end, bytes, length);
  buffer->end += length;
  buffer->bytes[buffer->end] = 0;
}

static void watch(Connection *connection, bool for_writing) {
  if (connection->waits_for_reader == for_writing) return;
  connection->waits_for_reader = for_writing;
  struct epoll_event event = {.events = EPOLLIN | (for_writing ? EPOLLOUT : 0), .data.fd = connection->fd};
  epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
}

static void drop(int fd) {
  Connection *connection = connections[fd];
  if (!connection) return;
  connections[fd] = NULL;
  close(fd);
  free(connection->in.bytes);
  free(connection->out.bytes);
  free(connection);
}

/** False when the connection is gone. */
static bool flush(Connection *connection) {
  Buffer *out = &connection->out;
  while (out->start < out->end) {
    ssize_t sent = send(connection->fd, out->bytes + out->start, out->end - out->start, MSG_NOSIGNAL);
    if (sent > 0) out->start += (size_t)sent;
    else if (errno == EAGAIN) {
      watch(connection, true);
      return true;
    } else {
      drop(connection->fd);
      return false;
    }
  }
  watch(connection, false);
  return true;
}

static void put_chunk(Connection *connection, const char *text, size_t length) {
  char size[24];
  append(&connection->out, size, (size_t)sprintf(size, "%zx\r\n", length));
  append(&connection->out, text, length);
  append(&connection->out, "\r\n", 2);
}

#define OPENAI_CHUNK                                                                             \
  "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1790000000," \
  "\"model\":\"bench\",\"system_fingerprint\":\"fp_bench\",\"choices\":"
#define ANTHROPIC_PIECE                                                                     \
  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"        \
  "\"delta\":{\"type\":\"text_delta\",\"text\":\" word TS=%016llu;%s\"}}\n\n"

static void put_piece(Connection *connection) {
  static char padding[65536], text[70000];
  if (!padding[0]) memset(padding, 'x', sizeof padding - 1);
  const char *pad = padding + sizeof padding - 1 - connection->padding;
  unsigned long long time = now_ns();
  int length = connection->anthropic
      ? sprintf(text, ANTHROPIC_PIECE, time, pad)
      : sprintf(text, OPENAI_CHUNK "[{\"index\":0,\"delta\":{\"content\":\" word TS=%016llu;%s\"},"
                      "\"logprobs\":null,\"finish_reason\":null}]}\n\n", time, pad);
  put_chunk(connection, text, (size_t)length);
}

static void put_text(Connection *connection, const char *text) {
  put_chunk(connection, text, strlen(text));
}

static void put_opening(Connection *connection) {
  const char *head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  append(&connection->out, head, strlen(head));
  if (connection->anthropic)
    put_text(connection,
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_bench\",\"type\":"
        "\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[],\"stop_reason\":null,"
        "\"stop_sequence\":null,\"usage\":{\"input_tokens\":123,\"output_tokens\":1}}}\n\n"
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
        "{\"type\":\"text\",\"text\":\"\"}}\n\n");
  else
    put_text(connection, OPENAI_CHUNK "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                                      "\"logprobs\":null,\"finish_reason\":null}]}\n\n");
}

static void put_closing(Connection *connection) {
  if (connection->anthropic)
    put_text(connection,
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
        "\"stop_sequence\":null},\"usage\":{\"output_tokens\":200}}\n\n"
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  else {
    put_text(connection, OPENAI_CHUNK "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n");
    put_text(connection, OPENAI_CHUNK "[],\"usage\":{\"prompt_tokens\":123,\"completion_tokens\":200,"
                                      "\"total_tokens\":323,\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n\n");
    put_text(connection, "data: [DONE]\n\n");
  }
  append(&connection->out, "0\r\n\r\n", 5);
}

/** Writes what is due; with no pause, one piece at a time for each connection, so that all get their turn. */
static void advance(Connection *connection, uint64_t now) {
  if (connection->out.end - connection->out.start > HIGH_WATER) return;
  if (connection->pause_ns == 0) {
    if (connection->waits_for_reader) return;
    put_piece(connection);
    connection->piece++;
  } else {
    while (connection->piece < connection->pieces && connection->due_ns <= now) {
      put_piece(connection);
      connection->piece++;
      connection->due_ns += connection->pause_ns;
    }
  }
  if (connection->piece >= connection->pieces) {
    put_closing(connection);
    connection->streaming = false;
  }
  flush(connection);
}

static void answer_whole(Connection *connection) {
  static char text[700];
  if (!text[0]) for (size_t at = 0; at < 640; ) at += (size_t)sprintf(text + at, "The quick brown fox, number %zu. ", at);
  char body[2048], head[160];
  int length = connection->anthropic
      ? sprintf(body, "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":"
                      "[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                      "\"usage\":{\"input_tokens\":123,\"output_tokens\":200}}", text)
      : sprintf(body, "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":\"bench\","
                      "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},"
                      "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":123,"
                      "\"completion_tokens\":200,\"total_tokens\":323}}", text);
  int head_length = sprintf(head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", length);
  append(&connection->out, head, (size_t)head_length);
  append(&connection->out, body, (size_t)length);
}

static int number_after(const char *text, const char *mark) {
  const char *found = text ? strstr(text, mark) : NULL;
  return found ? atoi(found + strlen(mark)) : 0;
}

static void answer(Connection *connection, const char *head, const char *body) {
  const char *line_end = strstr(head, "\r\n");
  const char *messages = strstr(head, "/messages");
  connection->anthropic = messages && messages < line_end;
  if (strncmp(head, "POST", 4) != 0) {
    const char *list = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 77\r\n\r\n"
                       "{\"object\":\"list\",\"data\":[{\"id\":\"bench\",\"object\":\"model\",\"owned_by\":\"bench\"}]}";
    append(&connection->out, list, strlen(list));
    flush(connection);
    return;
  }
  const char *model = strstr(body, "bench-n");
  if (!strstr(body, "\"stream\":true") && !strstr(body, "\"stream\": true")) {
    answer_whole(connection);
    flush(connection);
    return;
  }
  connection->pieces = number_after(model, "bench-n");
  connection->pause_ns = (uint64_t)number_after(model, "-d") * 1000000ull;
  connection->padding = number_after(model, "-s");
  connection->piece = 0;
  connection->due_ns = now_ns() + connection->pause_ns;
  connection->streaming = true;
  put_opening(connection);
  flush(connection);
}

/** Takes a chunked body's framing away. Returns how many bytes of `text` it took, 0 while it is not whole. */
static size_t dechunk(char *text, size_t length, size_t *body_length) {
  size_t at = 0;
  *body_length = 0;
  for (;;) {
    char *line_end = memmem(text + at, length - at, "\r\n", 2);
    if (!line_end) return 0;
    size_t size = strtoul(text + at, NULL, 16), start = (size_t)(line_end - text) + 2;
    if (start + size + 2 > length) return 0;
    memmove(text + *body_length, text + start, size);
    *body_length += size;
    at = start + size + 2;
    if (size == 0) return at;
  }
}

/** Answers the request at the start of what was read, if it is whole. */
static bool take_request(Connection *connection) {
  Buffer *in = &connection->in;
  char *text = in->bytes + in->start;
  size_t length = in->end - in->start;
  char *end = length ? memmem(text, length, "\r\n\r\n", 4) : NULL;
  if (!end) return false;
  char *body = end + 4;
  size_t head_length = (size_t)(body - text), body_length = 0, taken;
  *end = 0;
  char *declared = strcasestr(text, "content-length:");
  bool chunked = strcasestr(text, "transfer-encoding: chunked") != NULL;
  *end = '\r';
  if (chunked) {
    // A body that is not whole would be damaged by taking its framing away: it is looked at only when its end is there.
    if (length - head_length < 5 || memcmp(text + length - 5, "0\r\n\r\n", 5) != 0) return false;
    taken = dechunk(body, length - head_length, &body_length);
    if (taken == 0) return false;
  } else {
    body_length = taken = declared ? strtoul(declared + 15, NULL, 10) : 0;
    if (length < head_length + taken) return false;
  }
  char kept = body[body_length];
  body[body_length] = 0;
  in->start += head_length + taken;
  answer(connection, text, body);
  if (connections[connection->fd] == connection && !chunked) body[body_length] = kept;
  return true;
}

static void read_from(int fd) {
  static char bytes[262144];
  Connection *connection = connections[fd];
  for (;;) {
    ssize_t count = recv(fd, bytes, sizeof bytes, 0);
    if (count > 0) append(&connection->in, bytes, (size_t)count);
    else if (count < 0 && errno == EAGAIN) break;
    else {
      drop(fd);
      return;
    }
  }
  while (connections[fd] == connection && !connection->streaming && take_request(connection)) continue;
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (fd >= MAX_CONNECTIONS) {
      close(fd);
      continue;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection *connection = calloc(1, sizeof *connection);
    connection->fd = fd;
    connections[fd] = connection;
    if (fd > highest_fd) highest_fd = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(int count, char **values) {
  if (count < 2) {
    fprintf(stderr, "usage: upstream PORT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(values[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) {
    perror("upstream");
    return 1;
  }
  poller = epoll_create1(0);
  int clock_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec tick = {{0, 500000}, {0, 500000}};
  timerfd_settime(clock_fd, 0, &tick, NULL);
  struct epoll_event on_listener = {.events = EPOLLIN, .data.fd = listener}, on_clock = {.events = EPOLLIN, .data.fd = clock_fd};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &on_listener);
  epoll_ctl(poller, EPOLL_CTL_ADD, clock_fd, &on_clock);
  puts("ready");
  fflush(stdout);

  struct epoll_event events[512];
  bool busy = false;
  for (;;) {
    int ready = epoll_wait(poller, events, 512, busy ? 0 : -1);
    for (int at = 0; at < ready; at++) {
      int fd = events[at].data.fd;
      if (fd == listener) accept_all(listener);
      else if (fd == clock_fd) {
        uint64_t ticks;
        if (read(clock_fd, &ticks, sizeof ticks) < 0) continue;
      } else {
        if (connections[fd] && events[at].events & EPOLLOUT) flush(connections[fd]);
        if (connections[fd] && events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_from(fd);
      }
    }
    busy = false;
    uint64_t now = now_ns();
    for (int fd = 0; fd <= highest_fd; fd++) {
      Connection *connection = connections[fd];
      if (!connection || !connection->streaming) continue;
      advance(connection, now);
      connection = connections[fd];
      if (connection && connection->streaming && connection->pause_ns == 0 && !connection->waits_for_reader) busy = true;
      // The next request may have come in already, behind the one just answered.
      if (connection && !connection->streaming) while (connections[fd] == connection && !connection->streaming && take_request(connection)) continue;
    }
  }
}
