"""How people answer in English."""

from __future__ import annotations

from typing import Final

from afterword.domain.replies.lexicon import Lexicon, Part

ENGLISH: Final = Lexicon(
    {
        Part.POSITIVE: """
            helpful, useful, usefull, valuable, helped, helped me, helped me out, helped a lot,
            helped me a lot, satisfied, happy with it, happy, pleased, impressed, solved my
            problem, solved it, solved my issue, fixed it, fixed my problem, answered my question,
            answered my questions, answered all my questions, got what i needed, what i needed,
            exactly what i needed, just what i needed, what i was looking for, exactly what i
            wanted, worked, worked well, worked great, went well, went great, went good, went
            really well, went very well, went smoothly, went fine, loved it, love it, liked it, i
            liked it, thumbs up, no complaints, a life saver, lifesaver, saved me, saved me time,
            saved me a lot of time, better than expected, better than i expected, got solved, was
            solved, problem got solved, well done, enjoyed it, big help, huge help, great help,
            real help, a great help, positive, successful, informative, effective, efficient, /it
            solved/fixed/answered/resolved/sorted my/the/all_my
            problem/issue/question/questions/problems, problem/issue solved/resolved/fixed/sorted,
            all sorted, sorted it, sorted it out, did the trick, you nailed it, nailed it, cant
            complain, can not complain, /it couldnt/could_not /have be/been better,
            couldnt/could_not be happier, loved/love/liked/like how, exceeded my expectations,
            time saver, well explained, 5/five stars/star, /got my/an answer, spot on, i got my
            answer, works/worked like a charm, like a charm, did /exactly/just what i/it
            wanted/needed/asked/should, better than /i
            expected/thought/hoped/imagined/usual/before/last_time, better than i thought /it
            would/would be, as good as it gets, great/good stuff, top class/service, quick and
            easy, easy and quick/fast
        """,
        Part.PRAISE: """
            good, great, excellent, awesome, amazing, wonderful, fantastic, brilliant, super,
            nice, cool, lovely, superb, outstanding, terrific, fabulous, all good, very well,
            pretty well, really well, top notch, first class, five stars, spot on
        """,
        Part.FAULTLESS: "perfect, perfectly, flawless, ideal, the best",
        Part.NEUTRAL: """
            so so, meh, average, mediocre, nothing special, could be better, could be worse, could
            have been better, could have been worse, could use improvement, mixed, neither good
            nor bad, neither bad nor good, not good not bad, not good or bad, not bad not good,
            not good but not bad, not great not terrible, passable, decent, good enough, neutral,
            half and half, hit and miss, hit or miss, fifty fifty, not too bad, in between, room
            for improvement, acceptable, middling, satisfactory, tolerable, it did the job, did
            the job, nothing to write home about, no opinion, partially, partly, more or less, yes
            and no, up and down, fair enough i guess, bearable, thumbs sideways, adequate, middle
            of the road, neither here nor there, of some help, some help, partly good partly bad,
            good and bad, ok ish, so and so, not the best not the worst
        """,
        Part.ASSENT: "ok, okay, okey, okie, fine, alright, all right, fair, oke, okeh",
        Part.NEGATIVE: """
            not what i needed, not what i was looking for, not what i wanted, unhelpful, useless,
            terrible, awful, horrible, bad, worthless, pointless, waste of time, a waste of time,
            waste of my time, wasted my time, poor, poorly, disappointing, disappointed,
            disappointment, frustrating, frustrated, frustration, annoying, annoyed, dreadful,
            horrendous, pathetic, rubbish, garbage, crap, crappy, shit, shitty, sucked, sucks, it
            sucks, trash, lousy, worst, the worst, worse, unsatisfied, dissatisfied,
            unsatisfactory, unacceptable, unhappy, failed, failure, a failure, fail, hated it, did
            not help, didnt help, did not help me, didnt help me, did nothing for me, did not help
            at all, didnt help at all, didnt help much, did not help much, was no help, no help,
            no help at all, of no help, of no use, no use, didnt work, did not work, did not work
            for me, didnt work for me, didnt solve my problem, did not solve my problem, didnt
            solve my issue, did not solve my issue, didnt solve it, did not solve it, didnt solve
            anything, didnt fix it, didnt answer my question, did not answer my question, never
            answered my question, didnt answer my questions, did not answer my questions, didnt
            get what i needed, did not get what i needed, didnt like it, did not like it, didnt
            get an answer, did not get an answer, never got an answer, got no answer, never got my
            answer, hate it, not a fan, thumbs down, went badly, went poorly, badly, a disaster,
            disaster, disastrous, a joke, abysmal, atrocious, negative, a mess, a nightmare, left
            a lot to be desired, it was a no, didnt go well, did not go well, wasnt what i needed,
            nothing useful, /it/the_bot/it_still
            didnt/did_not/couldnt/could_not/wasnt_able_to/was_unable_to
            help/understand/solve/fix/answer/resolve
            /me/it/anything/my_problem/my_issue/my_question /at_all,
            didnt/did_not/couldnt/could_not help me, never understood/answered /me/my_question,
            /problem/issue/it/still not/isnt/wasnt solved/resolved/fixed, unsolved, unresolved, no
            solution, no answer, wrong answers, hopeless, no good, incompetent, worst
            chat/experience/bot/service, went/going/goes in circles
        """,
        Part.MERIT: "fast, quick, easy, clear, smooth, friendly, simple, prompt, polite, accurate",
        Part.FLAW: """
            too simple, too fast, too quick, too easy, slow, confusing, complicated, repetitive,
            too long, unclear, inaccurate, confused, tedious, hard to follow, hard to understand,
            too short, too vague, vague, clunky
        """,
        Part.DENIES: """
            not, didnt find it, did not find it, dont find it, wasnt, isnt, aint, werent, wasn,
            hardly, not so, not very, not particularly, not that, not especially, not exactly,
            nothing, never, barely, far from, arent, cant say
        """,
        Part.REFUSES: """
            not really, not at all, not so much, not much, no not really, nah not really, not
            particularly helpful, absolutely not, definitely not, i dont think so really
        """,
        Part.MORE: """
            very, definitely, certainly, surely, really, so, super, pretty, quite, extremely,
            incredibly, totally, absolutely, truly, too, real, highly, completely, utterly, damn,
            bloody, rather, mega, ever so, really really, very very, exceptionally, seriously,
            remarkably, fairly, entirely, terribly, such, such a, overly, most, the most
        """,
        Part.LESS: """
            somewhat, kind of, kinda, sort of, sorta, a bit, a little, a little bit, slightly,
            half, partly, partially, moderately, reasonably, semi, only partly, mildly,
            marginally, /only some/half/part/parts/most of it/this/that, in part, to some extent,
            to a degree, up to a point
        """,
        Part.UTTERLY: "at all, in the slightest, in any way, in the least",
        Part.FRAME: """
            it was, that was, this was, it, was, were, been, you were, you are, youre, it has
            been, its been, everything was, all was, it went, the session was, this session was,
            the chat was, the conversation was, the bot was, the agent was, the assistant was, the
            service was, the support was, session, chat, conversation, bot, assistant, service,
            support, experience, help, job, work, answer, answers, advice, info, information,
            response, responses, i thought it was, i found it, i found this, i found that, found
            it, i think it was, i thought, i think, i found, i would say, id say, i say, my
            experience was, you, i was, this, that, they were, he was, she was, i feel it was, i
            felt it was, it felt, felt, i rate it, rating, i give it, went, the help was, the
            answer was, the answers were, this one was, the, my, it has, has been, a, an, customer
            service, i, this session, this chat, robot, ai, result, outcome
        """,
        Part.POINTS: "thats, that is, this is, im, i am, it is, its, it isnt, its not, for me",
        Part.AGREES: """
            yeah, yes, yea, yep, yup, ya, sure, sir, maam, dear, then, no, nah, nope, man, guys,
            mate
        """,
        Part.HEDGE: """
            a lot, so much, very much, ish, i guess, i suppose, i think, overall, to be honest,
            tbh, honestly, in general, mostly, generally, just, only, actually, basically, in the
            end, all in all, if im honest, if im being honest, frankly, imo, imho, in my opinion,
            i would say, id say, all things considered, really tbh, enough, at best, for the most
            part, as always, as usual, this time, today, i believe, thus far, so far, probably, to
            say the least, i must say, sadly, unfortunately, im afraid, thankfully, i ever had, i
            have ever had, ive ever had, ever, just about, at the end, in total, in the main,
            quickly, right away, straight away, immediately, in no time, at all, every time
        """,
        Part.FILLER: """
            not only, not just, um, uh, uhm, er, erm, hmm, hm, mm, ah, ahh, oh, well, like, you
            know, so, hey, hi, hello, i mean, let me see, lets see, let me think, sorry, option,
            to me, with it, with that, with you, for my needs, with
        """,
        Part.THANKS: """
            thanks, thank you, thx, for asking, for your help, for the help, ty, thank you so
            much, thank you very much, thanks a lot, many thanks, thanks so much, thanks for
            asking, thank you for asking, cheers, tysm, much appreciated, appreciate it, i
            appreciate it, thanks again, thank you again, thanks for your help, thank you for your
            help, thanks for the help, have a nice day, have a good day, have a great day, bye,
            thanks a bunch, thanks for helping, thank you for helping, thank you for the help,
            with respect, im sorry, take care
        """,
        Part.AND: "and, n, but also",
        Part.BUT: "but, though, although, however, yet, except, just that, only that, even though",
        Part.BECAUSE: "because, cause, cuz, coz, since, as, bc, due to, reason being",
        Part.NEVER: """
            stop, stopp, stop all, unsubscribe, opt out, opt me out, no more questions, stop/quit
            it/that/this, stop/quit asking/bothering/spamming/pestering /me
            /this/that/with_this/with_that/questions/these_questions/with_these_questions,
            stop/quit asking /me for /a/my feedback/rating/ratings/opinion/reviews, stop/quit
            asking /me every_time/again/to_rate/anymore/about_this, stop/quit /with
            these/this/those/the/your/all
            questions/surveys/survey/messages/ratings/requests/polls, stop rating/survey/feedback/
            /requests/questions/messages/surveys, dont/do_not/never ask /me /this/that
            /again/anymore/any_more/every_time/ever_again, dont/do_not ever ask /me /this/that
            /again, dont/do_not/never ask /me to rate /this /again/anymore, dont/do_not/never ask
            /me for /a/my feedback/rating/ratings /again/anymore, no more
            surveys/survey/ratings/rating/polls/feedback /requests, no surveys/survey/polls, i
            dont/do_not want/like/wish to be asked /this /again/anymore, i dont/do_not wanna be
            asked /this /again/anymore, i dont/do_not want any/more/any_more
            surveys/ratings/survey, i dont/do_not want to rate /this/anything/anymore, leave me
            alone with
            this/that/these_questions/the_questions/your_questions/your_surveys/the_surveys
        """,
        Part.PLEASE: "please, pls, plz",
        Part.OTHER: """
            correct, regular, normal, medium, moderate, total, mal, im well, i am well, fatal,
            none, any, whatever, either, of course, absolutely, definitely, certainly, right,
            exactly, yes please, no thank you, no thanks, good morning, good evening, good
            afternoon, good night, good day, good to know, good idea, great idea, nice idea, good
            question, great question, good luck, good point, great point, nice try, bad gateway,
            bad request, sounds good, looks good, is it, is that, is this, was it, was that, was
            this, are you, were you, was the, is the, not sure, nice to meet you, fair point,
            quick question, well then, ok then, okay then, alright then, fine then, ok so, okay
            so, alright so, ok now, okay now, cool so, great so, wow, yeah right, as if, thanks
            for nothing, as good as, as bad as, no idea, oh great, oh good, oh perfect, oh
            wonderful, oh fantastic, oh brilliant, just great, just perfect, just brilliant, just
            wonderful, just what i needed another, slow clap, lol, lmao, haha, good thing, good
            bye, you didnt answer, you did not answer, you didnt answer my question, you did not
            answer my question, never mind, nevermind, no problem, not a problem, no worries, i am
            good, im good, im fine, i am fine, im ok, im okay, i am ok, i am okay, my bad, im bad,
            too bad, so what, well well, i worked, just/only 1/2/3/one/two/three, oh/ah/well/hmm
            ok/okay/alright, i like, ok/okay fine/alright, im/i_am /not/so confused, not positive,
            im/i_am not positive, and you, poor you, thats horrible/terrible/awful/bad/too_bad,
            that sucks, /its not fair, fair enough, youre/you_are ok/okay/good/fine/welcome, best
            option/choice/one/way, hi 1/2/3, it is/its /the best/perfect/ideal option/choice, bad
            luck
        """,
    },
    numbers="one, two, three",
    clues="""
        kept, keeps, took, takes, clear, clearly, unclear, fast, quick, quickly, slow, slowly,
        easy, easily, explained, explanation, explains, explain everything, answered, answer,
        answers, solved, resolved, fixed, understood, understand, understands, misunderstood,
        loop, loops, looping, repeated, repeating, repeats, repeat, repetitive, wrong, incorrect,
        outdated, confusing, confused, confuse, complicated, patient, friendly, polite, rude,
        accurate, helped, useful, steps, long, longer, forever, ignored, listen, listened, same
        thing, same question, same questions, same answer, over and over, circles, generic, vague,
        irrelevant, relevant, detailed, details, thorough, incomplete, missed, missing, broken,
        crashed, failed, gave me, gave up, told me, got stuck, stuck, had to, i still, still dont,
        still no, still not, never, nothing, didnt, couldnt, wouldnt, did not, could not, asked
        twice, responses, response, the bot, robot, robotic, wordy, saved me, made it, made
        things, worked, got my, got it, got the, got what, knew, too many, too much, not enough,
        no solution, found it, found what, found the, expected, straight, directly, immediately,
        instantly, minutes, seconds, hours, simple, short, simply, point, tone, language, human
    """,
    subjects="""
        it, you, they, he, she, the bot, the agent, the assistant, the answer, the answers, the
        response, the responses, the chat, the ai, i got, i had, i still, i couldnt, i didnt, i
        never, i could not, i did not, i was, i could, i found, i understood, i understand, i
        learned, i now, everything, nothing, nobody, all the, my question, my problem, my issue,
        there was, there were, too, no one, the information, the info, the links, the link, the
        steps, the explanation, took, got, kept, didnt, couldnt, never, that, this, answers, no
        answer, no solution, same, always, your, the instructions, the solution, one question, one
        of, some of, half of, most of, in
    """,
    requests="""
        please, pls, plz, can you, could you, would you, will you, can i, could i, may i, can we,
        i need, i want, i would like, id like, i wanna, need to, i have another, what about, how
        about, how do, how can, how much, how many, how long, let me, lets, let us, show me, send
        me, tell me, give me the, next, tomorrow, tonight, one more, another, also, what is,
        whats, when is, where is, do you, are you, are there, is there, ill, i will, im going to,
        go ahead, try again, see you, talk to, speak to, speak with, a human agent, at once now, i
        have a, i am looking, im looking, want my, refund my, my order number, now i, now can, now
        please, now do, now what, and now, so now, wondering, got it, i understand, understood, i
        see, i bet, i hope, i like, should be, it should, going to, gonna, and you, thatll, that
        will, that works, works for me, will work, will do, i prefer, id rather, i would rather,
        remind me, reminds me
    """,
    openers="""
        what, whats, how, hows, when, where, who, which, why, is, are, do, does, did, can, could,
        would, will, should, may, book, show, send, give, tell, add, cancel, change, find, check,
        order, call, open, make, try, go, set, schedule, translate, write, help, buy, get, put,
        play, reserve, search, look, start, continue, next, now, then, and now, also, transfer,
        remind, email, print, delete, remove, update, reset, stop, take, use, keep, explain, and,
        lets, let, have, i want, i need, im, i am, ill, id, i will, move, turn, fix, pay, switch,
        connect, bring, return, refund, list, read, save, run, answer the, answer my, answer me,
        listen to, do it, do that
    """,
)
