package io.espalier.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1 on 127.0.0.1, a thread for each of a bounded number of connections, so that a slow caller keeps nobody else
 * waiting.
 *
 * @see "docs/adr/0015-the-device-speaks-http-itself.md"
 */
public final class LoopbackServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopbackServer.class);
    private static final int BACKLOG = 32;
    private static final int TURNED_AWAY_AT_ONCE = 8;
    private static final long WATCH_MILLIS = 250;
    private static final long RETRY_NANOS = 100_000_000;
    private static final long THREAD_IDLE_SECONDS = 10;

    private final ServerSocket listener;
    private final Limits limits;
    private final Handler handler;
    private final AtomicLong freeBodyBytes;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService watch;

    private LoopbackServer(ServerSocket listener, Limits limits, Handler handler) {
        this.listener = listener;
        this.limits = limits;
        this.handler = handler;
        this.freeBodyBytes = new AtomicLong(limits.allBodiesBytes());
        this.threads = new ThreadPoolExecutor(
                0,
                limits.connections() + TURNED_AWAY_AT_ONCE,
                THREAD_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons("espalier-serve"));
        this.watch = Executors.newSingleThreadScheduledExecutor(daemons("espalier-serve-watch"));
    }

    /** Port 0 takes any free one. Throws a BindException where the port is taken. */
    public static LoopbackServer start(int port, Limits limits, Handler handler) throws IOException {
        LoopbackServer server = new LoopbackServer(
                new ServerSocket(port, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})), limits, handler);
        daemons("espalier-serve-accept").newThread(server::accept).start();
        server.watch.scheduleAtFixedRate(server::endOverdue, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        return server;
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many callers are connected now. */
    public int connections() {
        return open.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                serve(listener.accept());
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.warn("cannot accept a connection: {}", e.getMessage());
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }
    }

    private void serve(Socket socket) {
        boolean full = open.size() >= limits.connections();
        Connection connection = new Connection(socket, limits, freeBodyBytes, full ? this::turnAway : handler, full);
        open.add(connection);
        try {
            threads.execute(() -> {
                try {
                    connection.run();
                } finally {
                    open.remove(connection);
                }
            });
        } catch (RejectedExecutionException e) {
            open.remove(connection);
            connection.end();
        }
    }

    private Reply turnAway(Request request) throws RequestRefusedException {
        throw new RequestRefusedException(
                503,
                limits.connections()
                        + " connections are open, which is all this device takes: close some, or try again",
                Map.of("Retry-After", "1"));
    }

    private void endOverdue() {
        long now = System.nanoTime();
        open.forEach(connection -> connection.endIfOverdue(now));
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.warn("cannot close port {}: {}", port(), e.getMessage());
        }
        watch.shutdownNow();
        open.forEach(Connection::end);
        threads.shutdownNow();
    }
}
