package io.espalier.controller.mqtt.adapter;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Takes one connection of MQTT 5 and answers all that is asked there with one reason code; what is published only once it
 * has read all that was sent.
 */
final class AnsweringBroker implements Closeable {
    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int SUBSCRIBE = 8;
    private static final int PLENTY = 1_000;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Thread thread = new Thread(this::serve, "answering-broker");
    private final ByteArrayOutputStream unanswered = new ByteArrayOutputStream();
    private final int reason;
    private final int receiveMaximum;

    AnsweringBroker(int reason) throws IOException {
        this(reason, PLENTY);
    }

    AnsweringBroker(int reason, int receiveMaximum) throws IOException {
        this.reason = reason;
        this.receiveMaximum = receiveMaximum;
        thread.start();
    }

    String url() {
        return "tcp://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve() {
        try (Socket client = server.accept();
                DataInputStream in = new DataInputStream(client.getInputStream());
                OutputStream out = client.getOutputStream()) {
            while (true) {
                int type = in.readUnsignedByte() >> 4;
                byte[] packet = in.readNBytes(length(in));
                switch (type) {
                    case CONNECT ->
                        out.write(
                                new byte[] {0x20, 6, 0, 0, 3, 0x21, (byte) (receiveMaximum >> 8), (byte) receiveMaximum
                                });
                    case PUBLISH -> {
                        int id = 2 + (((packet[0] & 0xff) << 8) | (packet[1] & 0xff));
                        unanswered.write(new byte[] {0x40, 4, packet[id], packet[id + 1], (byte) reason, 0});
                    }
                    case SUBSCRIBE -> out.write(new byte[] {(byte) 0x90, 4, packet[0], packet[1], 0, (byte) reason});
                    default -> {}
                }
                if (in.available() == 0) {
                    unanswered.writeTo(out);
                    unanswered.reset();
                }
                out.flush();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        return length;
    }
}
