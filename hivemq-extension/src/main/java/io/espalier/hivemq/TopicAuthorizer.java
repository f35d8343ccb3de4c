package io.espalier.hivemq;

import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.TopicRights;
import java.util.function.Predicate;

/** Asked for each publication, wills among them, and each subscription. */
final class TopicAuthorizer implements PublishAuthorizer, SubscriptionAuthorizer {

    @Override
    public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
        String topic = input.getPublishPacket().getTopic();
        if (may(input.getConnectionInformation(), rights -> rights.mayPublish(topic))) {
            output.authorizeSuccessfully();
        } else {
            output.failAuthorization(AckReasonCode.NOT_AUTHORIZED);
        }
    }

    @Override
    public void authorizeSubscribe(SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
        String filter = input.getSubscription().getTopicFilter();
        if (may(input.getConnectionInformation(), rights -> rights.maySubscribe(filter))) {
            output.authorizeSuccessfully();
        } else {
            output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED);
        }
    }

    private static boolean may(ConnectionInformation connection, Predicate<TopicRights> right) {
        return CertificateAuthenticator.certificate(connection)
                .flatMap(CertifiedSubject::of)
                .map(TopicRights::new)
                .filter(right)
                .isPresent();
    }
}
