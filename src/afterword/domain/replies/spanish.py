"""How people answer in Spanish."""

from __future__ import annotations

from typing import Final

from afterword.domain.replies.lexicon import Lexicon, Part

SPANISH: Final = Lexicon(
    {
        Part.POSITIVE: """
            util, utiles, utilidad, de utilidad, de gran utilidad, de mucha utilidad, de ayuda, de
            gran ayuda, de mucha ayuda, ayudo, me ayudo, me ayudo mucho, me ha ayudado, me ha
            ayudado mucho, ayudo mucho, me ayudaste, me ayudaste mucho, me ayudo bastante, me
            ayudaron, me ayudaron mucho, me sirvio, me sirvio mucho, me ha servido, sirvio, sirvio
            mucho, me fue util, me resulto util, me sirvio bastante, me fue de ayuda, satisfecho,
            satisfecha, contento, contenta, feliz, encantado, encantada, me gusto, me gusto mucho,
            me encanto, me ha gustado, me ha gustado mucho, resolvio mi problema, problema
            resuelto, resolvio mi duda, resolvio mis dudas, solucionado, se resolvio, respondio mi
            pregunta, lo que necesitaba, justo lo que necesitaba, exactamente lo que necesitaba,
            lo que buscaba, salio bien, salio muy bien, todo salio bien, funciono, funciono bien,
            pulgar arriba, positivo, positiva, eficaz, eficiente, provechoso, mejor de lo
            esperado, sin quejas, ninguna queja, satisfactorio, satisfactoria, gran ayuda,
            provechosa, me fue muy util, me fue bien, me fue muy bien, me aclaro todo, me aclaro
            las dudas, servicial, no me puedo quejar, no puedo quejarme, bien explicado, muy bien
            explicado, me ahorro /mucho tiempo, de lujo, de 10, mejor de lo que esperaba/pensaba,
            salio todo /muy bien, me resolvio/soluciono/aclaro /todo mi/el/la problema/duda,
            respondio /a /todas mi/mis pregunta/preguntas/dudas, resolvio /todas mi/mis
            problema/duda/dudas, soluciono mi/el problema, todo claro, todo solucionado/resuelto,
            supero mis expectativas, 5/cinco estrellas, buena/muy_buena/excelente
            experiencia/atencion/ayuda, valio la pena
        """,
        Part.PRAISE: """
            bien, muy bien, bueno, buena, buenos, buenas, genial, excelente, estupendo, estupenda,
            fenomenal, fantastico, fantastica, maravilloso, maravillosa, super, guay, chevere,
            magnifico, magnifica, increible, buenisimo, buenisima, todo bien, todo muy bien, super
            bien, todo perfecto, de maravilla, de diez, brutal, barbaro, padrisimo, sobresaliente,
            extraordinario, un diez, bonito, gran, todo genial, espectacular
        """,
        Part.FAULTLESS: "perfecto, perfecta, ideal, impecable, optimo, inmejorable, perfectamente",
        Part.NEUTRAL: """
            regular, regularcito, mas o menos, normal, normalito, asi asi, ni bien ni mal, ni
            bueno ni malo, ni mal ni bien, ni malo ni bueno, ni buena ni mala, ni fu ni fa,
            pasable, aceptable, mediocre, meh, maso, masomenos, podria ser mejor, podria estar
            mejor, podria haber sido mejor, podria mejorar, puede mejorar, se puede mejorar,
            podria ser peor, nada especial, nada del otro mundo, ahi va, ahi nomas, a medias,
            promedio, mitad y mitad, intermedio, neutral, neutro, no fue nada del otro mundo,
            tolerable, medianamente, no estuvo ni bien ni mal, en parte, parcialmente, suficiente,
            va tirando, ni tan mal, no tan mal, un poco de todo, si y no, mejorable, decente, del
            monton, nada fuera de lo normal, sin mas, cumple, ni tan bien ni tan mal, entre bien y
            mal, ni lo uno ni lo otro, de regular a bueno, ahi ahi, tirando a regular
        """,
        Part.ASSENT: "ok, okay, okey, oke",
        Part.NEGATIVE: """
            no era lo que necesitaba, no es lo que necesitaba, no fue lo que necesitaba, no lo que
            necesitaba, no era lo que buscaba, no es lo que buscaba, no fue lo que buscaba, no lo
            que buscaba, malo, mala, malos, malas, mal, malisimo, malisima, fatal, pesimo, pesima,
            horrible, terrible, inutil, inservible, horroroso, una porqueria, porqueria, una
            basura, basura, una mierda, mierda, perdida de tiempo, una perdida de tiempo, perdi el
            tiempo, perdi mi tiempo, me hizo perder el tiempo, decepcionante, decepcionado,
            decepcionada, una decepcion, decepcion, frustrante, frustrado, frustrada, lamentable,
            deficiente, insatisfecho, insatisfecha, insatisfactorio, no me ayudo, no me ayudo
            nada, no me ayudo en nada, no me ayudo mucho, no ayudo, no ayudo mucho, no ayudo nada,
            no ayudo en nada, no me ha ayudado, no me ha ayudado nada, no me ha ayudado mucho, no
            me ayudaron, no me sirvio, no me sirvio de nada, no me sirvio para nada, no me sirvio
            de mucho, no me sirvio mucho, no sirvio, no sirvio de nada, no sirvio para nada, no me
            ha servido, no me ha servido de nada, no sirve, no sirve para nada, no me gusto, no me
            gusto nada, no me ha gustado, no resolvio mi problema, no resolvio nada, no resolvio
            mi duda, no respondio mi pregunta, no funciono, salio mal, no salio bien, un desastre,
            desastre, desastroso, penoso, pulgar abajo, negativo, negativa, molesto, nefasto,
            nefasta, para nada, no para nada, nada bien, de pena, asco, un asco, que asco,
            patetico, no para nada util, no fue lo que esperaba, peor imposible, una estafa, no me
            solucionaron nada, no soluciono nada, no soluciono mi problema, no valio la pena, no
            me resulto util, no me entendio /nada/bien, no me entiende, no entendio
            /nada/mi_pregunta, no respondio /a /mi/mis pregunta/preguntas/dudas, no me
            respondio/contesto /nada, no resolvio/soluciono/aclaro
            /nada/mi_problema/mi_duda/el_problema, no me
            resolvio/soluciono/aclaro/resolvieron/aclararon /nada, problema sin resolver, sin
            solucion/respuesta, no me dio /una respuesta/solucion, respuesta/respuestas
            incorrecta/incorrectas/equivocada/equivocadas, da/daba vueltas, dando vueltas,
            incompetente, una broma, una burla, mala/muy_mala/pesima experiencia/atencion/ayuda
        """,
        Part.MERIT: """
            rapido, rapida, claro y rapido, rapido y claro, muy claro, facil, sencillo, eficaz,
            amable, clara, agil
        """,
        Part.FLAW: """
            demasiado simple, demasiado rapido, lento, lenta, confuso, confusa, complicado,
            complicada, repetitivo, repetitiva, largo, larga, impreciso, demasiado largo, poco
            claro, incompleto
        """,
        Part.DENIES: """
            no, nada, no muy, no tan, poco, tampoco, ni, nunca, no demasiado, no especialmente, no
            precisamente, no fue nada, no fue muy, no estuvo muy, muy poco, no estuvo tan, no del
            todo, ningun, no fue tan
        """,
        Part.REFUSES: """
            no mucho, no realmente, la verdad no, la verdad que no, la verdad es que no, no del
            todo, en absoluto, no la verdad, pues no, pues no mucho, no tanto, de ninguna manera,
            realmente no, lamentablemente no
        """,
        Part.MORE: """
            muy, bastante, super, realmente, tan, demasiado, mucho, mucha, extremadamente,
            totalmente, re, sumamente, completamente, absolutamente, bien, verdaderamente,
            increiblemente, muy muy, de verdad, mas, la mar de
        """,
        Part.LESS: """
            algo, un poco, medio, un tanto, parcialmente, medianamente, un poquito, mas o menos,
            en parte, a medias, hasta cierto punto, una parte, en cierta medida
        """,
        Part.UTTERLY: "en absoluto, para nada, de nada",
        Part.FRAME: """
            fue, estuvo, ha sido, ha estado, era, estaba, resulto, me parecio, me ha parecido, la
            sesion fue, la conversacion fue, la charla fue, la ayuda fue, el servicio fue, la
            atencion fue, el bot fue, la sesion, la conversacion, la charla, la ayuda, el
            servicio, la atencion, el bot, el chat, el chat fue, sesion, conversacion, charla,
            ayuda, servicio, atencion, bot, chat, experiencia, trabajo, respuesta, respuestas,
            informacion, todo, todo fue, todo estuvo, quede, me senti, lo encontre, la encontre,
            lo, una, un, la respuesta fue, las respuestas fueron, fueron, eso fue, esto fue, ha,
            me, muy bien la, la experiencia fue, soporte, esta, es que fue, ser, fuiste, has sido,
            con la, con el, mi experiencia fue, de, robot, asistente, sistema, el asistente,
            estuvieron, explicacion
        """,
        Part.POINTS: "estoy",
        Part.AGREES: "si, sip, nop",
        Part.HEDGE: """
            la verdad, la verdad que, la verdad es que, en general, creo, creo que, supongo,
            diria, diria que, yo diria, sinceramente, honestamente, la neta, en mi opinion, esta
            vez, hoy, por ahora, al final, en resumen, lamentablemente, desgraciadamente, por
            desgracia, la verdad sea dicha, a mi parecer, pienso que, como siempre, simplemente,
            solo, afortunadamente, enseguida, rapidamente, de inmediato, al instante
        """,
        Part.FILLER: """
            no solo, eh, ehm, em, este, pues, hmm, hm, ah, oh, uf, bueno pues, a ver, o sea, mira,
            hola, pues mira, perdon, opcion, digamos, y bueno, oye, uy, e, eeh, para mi
        """,
        Part.THANKS: """
            gracias, muchas gracias, mil gracias, muchisimas gracias, gracias por la ayuda,
            gracias por su ayuda, gracias por tu ayuda, gracias por todo, gracias por preguntar,
            se agradece, te lo agradezco, adios, saludos, buen dia, hasta luego, un saludo
        """,
        Part.AND: "y, e",
        Part.BUT: "pero, aunque, sin embargo, solo que, salvo que, si bien, excepto",
        Part.BECAUSE: "porque, ya que, pues que, por que, debido a, como",
        Part.NEVER: """
            stop, para, pare, paren, parar, basta, detente, detener, /ya basta/para/paren,
            para/pare/basta/paren ya, cancelar encuestas, basta de preguntas/encuestas,
            dar/darse/darme de baja, para/pare/paren/deja/deje/dejen/dejar de
            preguntar/preguntarme/molestar/molestarme/encuestarme/enviarme_encuestas
            /eso/esto/lo_mismo/cada_vez, /ya no me preguntes/pregunte/pregunten /eso/esto
            /mas/otra_vez/de_nuevo/nunca_mas, ya no preguntes/pregunte/pregunten /mas, no
            preguntes/pregunte/pregunten/preguntar/preguntarme mas/otra_vez/de_nuevo/nunca_mas, no
            /me vuelvas/vuelva/vuelvan/volver a preguntar/preguntarme /eso/esto, no volver a
            preguntarme, nunca mas /me preguntes/pregunte/pregunten, no /quiero mas
            preguntas/encuestas, no quiero encuestas, sin /mas encuestas, sin mas preguntas, no
            quiero que me pregunten/preguntes/pregunte /eso /mas/otra_vez, /ya no quiero /mas
            calificar/evaluar/valorar
        """,
        Part.PLEASE: "por favor",
        Part.OTHER: """
            buenos dias, buenas tardes, buenas noches, buen dia, buena idea, buena pregunta, buena
            suerte, muy buenas, es bueno, es buena, es bien, es util, bueno entonces, ok entonces,
            bien entonces, genial entonces, esta bien, esta bueno, estoy mal, estoy bien, me
            siento mal, me siento bien, no esta, todavia no, ahora no, aun no, no se, jaja,
            jajaja, ni modo, claro, esta bien hazlo, no pasa nada, no hay problema, sin problema,
            menos mal, mas malo, para que, para el, para la, no para, bien hecho entonces, pues
            bueno, solo/solamente 1/2/3/uno/dos/tres, ah/oh ok/okey/bueno, ok/okey ok/bueno, y tu,
            y usted, y vos, pobre de ti, mejor opcion, buena opcion, buena eleccion, estoy
            confundido/confundida, que pena, que mal, que lastima, para 1/2/3/una/dos/tres
        """,
    },
    numbers="uno, dos, tres",
    clues="""
        rapido, rapida, rapidas, rapidamente, clara, claras, claros, claridad, lento, lenta,
        lentas, largo, largas, largos, tardo, tarda, tardaron, demoro, demora, demorado, entendio,
        entendia, entiende, entendi, comprendio, explico, explicaba, explicacion, explicaron,
        respuesta, respuestas, respondio, responde, repetia, repite, repitio, repetitivo, lo
        mismo, misma cosa, misma pregunta, mismas preguntas, vueltas, bucle, equivocada,
        equivocadas, equivocado, incorrecta, incorrecto, mal la, pasos, enlaces, enlace,
        funcionaban, resolvio, resuelto, soluciono, solucion, ayudo, sirvio, facil, faciles,
        dificil, confuso, confusa, complicado, amable, amables, paciente, detallada, detallado,
        completa, incompleta, minutos, segundos, al momento, inmediatamente, enseguida, nunca,
        nada, nadie, ignoro, colgo, mando, error tras, generico, genericas, robotico, dos veces,
        varias veces, tuve que, encontre, informacion
    """,
    subjects="""
        me, lo, la, el, las, los, se, el bot, el agente, tuve, tarda, tardo, repetia, fue, era,
        todo, nada, nadie, mi problema, mi pregunta, mi duda, respuestas, respuesta, no me, no
        entendio, no entendia, no pude, no supo, no se, siempre, nunca, porque, muy, demasiado,
        ha, hubo, habia, le, encontre, entendi, entendio, resolvio, explico, sus, usted, una
        pregunta, una de, algunas, la mitad
    """,
    requests="""
        por favor, puedes, puede usted, podrias, podria usted, puedo, quiero, quisiera, necesito,
        me gustaria, busco, estoy buscando, cuanto, cuanto cuesta, que hora, muestrame, ensename,
        mandame, enviame, dime, dame, manana, ahora necesito, otra cosa, otro, otra vez, una mas,
        y para, y la, y el, y cuanto, que es, cual es, donde esta, hay alguna, tienes, tienen, voy
        a, espero, reserva, hazlo, y ahora, entonces, entiendo, entendido, ya veo, me sirve para,
        prefiero, y tu, y usted, me parece que si, de acuerdo
    """,
    openers="""
        que, cual, cuales, como, cuando, donde, quien, por que, cuanto, cuanta, es, son, hay,
        puedes, puedo, reserva, reservalo, muestra, muestrame, envia, manda, mandalo, dame, dime,
        haz, hazlo, busca, cancela, cambia, pide, compra, entonces, y, ahora, luego, intenta,
        intentalo, explica, escribe, ayudame, llama, agrega, quiero, necesito, quisiera, vamos,
        pon, borra, abre, revisa
    """,
)
